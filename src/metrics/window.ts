import { BIN_MS } from './series.ts';

/** How many bins make a second. */
export const BINS_PER_SECOND = 1000 / BIN_MS;

export interface Peak {
  readonly perSecond: number;
  /** ms from the run's start: the fullest 100 ms of the fullest second */
  readonly atMs: number;
}

/** The greatest number that comings and goings lead to, as it stands at the end of each bin. */
export function mostAtOnce(changes: Int32Array): number {
  let now = 0;
  let most = 0;
  for (const change of changes) {
    now += change;
    if (now > most) most = now;
  }
  return most;
}

/**
 * The fullest second of a curve, over every position of a 1 s window (ten bins), the first of equals. A window may
 * reach past either end of the range, where nothing happened.
 *
 * @param from first bin considered, inclusive
 * @param to one past the last bin considered
 */
export function slidingPeak(bins: Int32Array, from = 0, to = bins.length): Peak {
  let sum = 0;
  let best = 0;
  let bestEnd = from;
  for (let i = from; i < to; i++) {
    sum += bins[i]!;
    if (i - BINS_PER_SECOND >= from) sum -= bins[i - BINS_PER_SECOND]!;
    if (sum > best) {
      best = sum;
      bestEnd = i;
    }
  }
  let fullest = Math.max(from, bestEnd - BINS_PER_SECOND + 1);
  for (let i = fullest + 1; i <= bestEnd; i++) if (bins[i]! > bins[fullest]!) fullest = i;
  return { perSecond: best, atMs: best === 0 ? 0 : fullest * BIN_MS };
}
