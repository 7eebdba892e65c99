import { BIN_MS } from '../core/metrics.ts';
import { perSecondAround } from '../metrics/window.ts';

/** Block characters by eighths of a cell, from the bottom. */
const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** A time window to mark under a curve, ms from the run's start. */
export interface Window {
  readonly atMs: number;
  readonly forMs: number;
}

/**
 * Events per second over the run, counted in the second around each bin's start and drawn as `rows` lines of `columns`
 * block characters. A column shows its greatest value, so that a spike of one bin stays visible.
 */
export function sparkline(bins: Int32Array, columns: number, rows: number): readonly string[] {
  const heights = columnPeaks(perSecondAround(bins), columns);
  const top = Math.max(1, ...heights);
  return Array.from({ length: rows }, (_, row) => {
    const below = (rows - 1 - row) * 8;
    return heights.map((height) => cell(Math.ceil((height / top) * rows * 8) - below)).join('');
  });
}

/** One line of exactly `columns` characters: `mark` where a window lies, at least one for each that begins within the span. */
export function windowMarks(windows: readonly Window[], spanMs: number, columns: number, mark = '▒'): string {
  const marks = Array.from({ length: columns }, () => ' ');
  for (const { atMs, forMs } of windows) {
    if (atMs >= spanMs) continue;
    const from = Math.floor((atMs / spanMs) * columns);
    const to = Math.max(from + 1, Math.ceil((Math.min(spanMs, atMs + forMs) / spanMs) * columns));
    marks.fill(mark, from, to);
  }
  return marks.join('');
}

/** Number of bins in a run of this length. */
export function binsOf(values: Int32Array, elapsedMs: number): Int32Array {
  return values.subarray(0, Math.max(1, Math.ceil(elapsedMs / BIN_MS)));
}

function columnPeaks(samples: Float64Array, columns: number): readonly number[] {
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * samples.length) / columns);
    const to = Math.max(from + 1, Math.ceil(((column + 1) * samples.length) / columns));
    return samples.subarray(from, to).reduce((most, n) => Math.max(most, n), 0);
  });
}

function cell(eighths: number): string {
  return EIGHTHS[Math.min(8, Math.max(0, eighths))]!;
}
