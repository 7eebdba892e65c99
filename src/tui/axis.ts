import { countText } from '../report/format.ts';
import { timeTicks } from '../report/time-ticks.ts';

/** Columns left of a plot: a number of at most five characters, a space and the axis. */
export const GUTTER_COLUMNS = 7;

const NICE = [1, 1.5, 2, 3, 4, 5, 6, 8, 10] as const;

/** The upper edge of a plot: the smallest round number not below `max`, at least 1. */
export function niceTop(max: number): number {
  if (!Number.isFinite(max) || max <= 1) return 1;
  const unit = 10 ** Math.floor(Math.log10(max));
  return unit * (NICE.find((nice) => nice * unit >= max) ?? 10);
}

/**
 * The y axis of a plot, one string of GUTTER_COLUMNS per row from the top: `top` above, 0 below, and the middle if it
 * is round.
 */
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

/** Columns of a label with the space to the next. */
const COLUMNS_PER_TICK = 10;

/** The x axis in exactly `columns` characters: seconds of the run, solid up to now, dotted after. */
export function xAxis(spanMs: number, elapsedMs: number, columns: number): string {
  const come = columnAt(elapsedMs, spanMs, columns);
  const cells = Array.from('─'.repeat(come) + '╌'.repeat(columns - come));
  for (const { atMs, text } of timeTicks(spanMs, columns / COLUMNS_PER_TICK)) {
    const column = columnAt(atMs, spanMs, columns);
    const label = `${atMs === 0 ? '' : '┴'}${text} `;
    if (column + label.length > columns) break;
    cells.splice(column, label.length, ...Array.from(label));
  }
  return cells.join('');
}

/** The column of an instant; `columns` at or after the end of the span. */
export function columnAt(atMs: number, spanMs: number, columns: number): number {
  if (!(spanMs > 0)) return 0;
  return Math.min(columns, Math.max(0, Math.floor((atMs / spanMs) * columns)));
}
