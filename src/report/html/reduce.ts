import { BIN_MS } from '../../core/metrics.ts';

/** A point of a curve: `x` in columns of a plot, `y` in the unit of the curve. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Reduces a curve to `columns`. Of all samples in a column, the minimum and the maximum are kept, in their order, so
 * that a spike of one bin keeps its height.
 *
 * @param spanMs time span of all columns; later samples are left out
 */
export function reduce(samples: Float64Array, spanMs: number, columns: number): readonly Point[] {
  const columnsPerSample = (BIN_MS / spanMs) * columns;
  const shown = Math.min(samples.length, Math.floor(spanMs / BIN_MS) + 1);
  const points: Point[] = [];
  for (let from = 0; from < shown;) {
    const column = Math.floor(from * columnsPerSample);
    let [least, greatest, next] = [from, from, from + 1];
    for (; next < shown && Math.floor(next * columnsPerSample) === column; next++) {
      if (samples[next]! < samples[least]!) least = next;
      if (samples[next]! > samples[greatest]!) greatest = next;
    }
    const x = columnsPerSample < 1 ? column : from * columnsPerSample;
    const kept = least === greatest ? [least] : [Math.min(least, greatest), Math.max(least, greatest)];
    for (const sample of kept) points.push({ x, y: samples[sample]! });
    from = next;
  }
  return points;
}
