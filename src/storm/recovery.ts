import { BIN_MS } from '../metrics/series.ts';
import type { Population } from './population.ts';
import type { Stretch } from './stretches.ts';

/**
 * How long after the storm's start this share of its losses had been made good, in whole bins; null when it had
 * not been by the next storm or the run's end, or nothing was lost.
 *
 * Curves do not say who recovered. Within the storm every recovery counts. Past its end, stragglers still come back
 * among those whom calm brings and takes, so a recovery counts there only when it is not made up for by a loss.
 *
 * @param until one past the last bin to look at
 */
export function recoveredAfterMs(
  { lost, recovered }: Population,
  { from, to }: Stretch,
  until: number,
  share: number,
): number | null {
  const wanted = share * sum(lost, from, to);
  if (wanted === 0) return null;
  let back = 0;
  for (let i = from; i < until; i++) {
    back += recovered[i]!;
    if (i >= to) back -= lost[i]!;
    if (back >= wanted) return (i + 1 - from) * BIN_MS;
  }
  return null;
}

export function sum(bins: Int32Array, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += bins[i]!;
  return total;
}
