import { BIN_MS } from '../core/metrics.ts';

/** Bins in a second. */
export const BINS_PER_SECOND = 1000 / BIN_MS;

export interface Peak {
  readonly perSecond: number;
  /** middle of the fullest second, ms from the run's start */
  readonly atMs: number;
}

/** Bins on either side of the middle of a one-second window. */
export const HALF_SECOND_BINS = BINS_PER_SECOND / 2;

/** The maximum of the running sum of changes. */
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
 * The rate of a curve, one sample for the start of each bin: the events in the half seconds before and after it. The
 * greatest sample is the peak, at the instant of the peak.
 */
export function perSecondAround(bins: Int32Array): Float64Array {
  const samples = new Float64Array(bins.length);
  let sum = 0;
  for (let end = 0; end < bins.length + HALF_SECOND_BINS; end++) {
    sum += (bins[end] ?? 0) - (bins[end - BINS_PER_SECOND] ?? 0);
    const middle = end + 1 - HALF_SECOND_BINS;
    if (middle >= 0 && middle < samples.length) samples[middle] = sum;
  }
  return samples;
}

/**
 * The fullest second of a curve, over every position of a window of 1 s (ten bins) that touches the range. There are no
 * events outside the bins. Of equally full neighbouring positions, as around a burst in one bin, the peak is in the
 * middle; of equals that lie apart it is the first.
 *
 * @param from first bin of the range
 * @param to one past the last bin of the range
 */
export function slidingPeak(bins: Int32Array, from = 0, to = bins.length): Peak {
  let sum = 0;
  for (let i = from - BINS_PER_SECOND + 1; i < from; i++) sum += bins[i] ?? 0;
  let best = 0;
  let first = from;
  let last = from;
  for (let end = from; end < to + BINS_PER_SECOND - 1; end++) {
    sum += bins[end] ?? 0;
    if (sum > best) {
      best = sum;
      first = end;
      last = end;
    } else if (sum === best && last === end - 1) last = end;
    sum -= bins[end - BINS_PER_SECOND + 1] ?? 0;
  }
  const middle = Math.floor((first + last) / 2) + 1 - HALF_SECOND_BINS;
  return { perSecond: best, atMs: best === 0 ? 0 : middle * BIN_MS };
}

/** Bounds of a rate, events a second. */
export interface PeakBounds {
  readonly atLeast: number;
  readonly atMost: number;
}

/**
 * Bounds of the fullest second of events of which each happened at an unknown instant between two: the one of `earliest` and
 * the one of `latest`. The peaks of the two curves are no bounds, as the events between them may lie closer together or
 * further apart than on either.
 *
 * @param earliest the same events as `latest`, none in a later bin
 * @param from first bin of the range that the second touches
 * @param to one past the last bin of the range
 */
export function peakBetween(earliest: Int32Array, latest: Int32Array, from = 0, to = latest.length): PeakBounds {
  let begunBefore = 0;
  let begun = 0;
  let overBefore = 0;
  let over = 0;
  let atLeast = 0;
  let atMost = 0;
  for (let end = 0; end < latest.length; end++) {
    begun += earliest[end]!;
    over += latest[end]!;
    // Before the window of ten bins that ends with this one.
    begunBefore += earliest[end - BINS_PER_SECOND] ?? 0;
    overBefore += latest[end - BINS_PER_SECOND] ?? 0;
    if (end < from || end >= to + BINS_PER_SECOND - 1) continue;
    atLeast = Math.max(atLeast, over - begunBefore);
    atMost = Math.max(atMost, begun - overBefore);
  }
  return { atLeast, atMost };
}
