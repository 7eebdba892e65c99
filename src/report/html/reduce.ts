import { BIN_MS } from '../../core/metrics.ts';

/** A point of a curve: `x` in columns of a plot, `y` in whatever the curve counts. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * A curve as a plot of `columns` can show it. Where several samples, one a bin, share a column, the least and the
 * greatest of them stand for all, in the order in which they came: a spike of one bin is as high as it was.
 *
 * @param spanMs what all columns together stand for; samples past it are left out
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
