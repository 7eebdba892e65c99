import { countText } from '../report/format.ts';

/** Columns left of a plot: a number of five characters, a space and the axis. */
export const GUTTER_COLUMNS = 7;

const NICE = [1, 1.5, 2, 3, 4, 5, 6, 8, 10] as const;

/** The smallest round number that is not below `max`, and at least 1: the upper edge of a plot. */
export function niceTop(max: number): number {
  if (!Number.isFinite(max) || max <= 1) return 1;
  const unit = 10 ** Math.floor(Math.log10(max));
  return unit * (NICE.find((nice) => nice * unit >= max) ?? 10);
}

/** The y axis of a plot, one string of GUTTER_COLUMNS a row from the top: `top` above, 0 below, the middle if it is round. */
export function yAxis(top: number, rows: number): string[] {
  const middle = Math.floor(rows / 2);
  return Array.from({ length: rows }, (_, row) => {
    if (row === 0) return gutter(countText(top));
    if (row === rows - 1) return gutter('0');
    const showsMiddle = rows >= 5 && row === middle && Number.isInteger(top / 2);
    return showsMiddle ? gutter(countText(top / 2)) : `${' '.repeat(GUTTER_COLUMNS - 1)}│`;
  });
}

function gutter(label: string): string {
  return `${label.padStart(GUTTER_COLUMNS - 2)} ┤`;
}

const STEPS_MS = [
  100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3, 1800e3, 3600e3, 7200e3, 14_400e3,
] as const;
/** A label and the room that the eye needs between two. */
const COLUMNS_PER_TICK = 10;

/** The x axis in exactly `columns` characters: seconds of the run, solid as far as the run has come, dotted beyond. */
export function xAxis(spanMs: number, elapsedMs: number, columns: number): string {
  const come = columnAt(elapsedMs, spanMs, columns);
  const cells = Array.from('─'.repeat(come) + '╌'.repeat(columns - come));
  const wantedMs = (spanMs / columns) * COLUMNS_PER_TICK;
  const stepMs = STEPS_MS.find((step) => step >= wantedMs) ?? wantedMs;
  for (let atMs = 0; atMs <= spanMs; atMs += stepMs) {
    const column = columnAt(atMs, spanMs, columns);
    const label = `${atMs === 0 ? '' : '┴'}${tickText(atMs)} `;
    if (column + label.length > columns) break;
    cells.splice(column, label.length, ...Array.from(label));
  }
  return cells.join('');
}

/** The column in which an instant lies; `columns` for the end of the span and what follows it. */
export function columnAt(atMs: number, spanMs: number, columns: number): number {
  if (!(spanMs > 0)) return 0;
  return Math.min(columns, Math.max(0, Math.floor((atMs / spanMs) * columns)));
}

function tickText(atMs: number): string {
  if (atMs < 60e3) return `${Number((atMs / 1e3).toFixed(1))}s`;
  const minutes = Math.floor(atMs / 60e3);
  const seconds = Math.round((atMs % 60e3) / 1e3);
  return seconds === 0 ? `${minutes}m` : `${minutes}m${seconds}s`;
}
