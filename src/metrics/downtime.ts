import { LOST, neverReadyOf, outOf } from './lost.ts';
import type { Measurements } from './measurements.ts';
import { BIN_MS } from '../core/metrics.ts';

/**
 * The time that clients spent not ready after having been ready, added up over all of them, in client-milliseconds: the
 * number out at the end of each bin, times its width. Those who stopped for good are out up to the run's end.
 */
export function downtimeMs({ curves, elapsedMs }: Pick<Measurements, 'curves' | 'elapsedMs'>): number {
  const lost = curves.sum(LOST);
  const recovered = curves.values('recovered');
  let [out, sum] = [0, 0];
  for (let bin = 0; bin < lost.length && bin * BIN_MS < elapsedMs; bin++) {
    out += lost[bin]! - recovered[bin]!;
    sum += Math.max(0, out) * Math.min(BIN_MS, elapsedMs - bin * BIN_MS);
  }
  return sum;
}

/** A client that is out for less than this at the run's end may be back any moment. */
export const A_MOMENT_MS = 1000;

/**
 * Clients that are not ready and have not been for a second or longer. Of those that have been ready a finished run has
 * counted them by their own losses. In one that goes on or was broken off they are at least those who are out less all
 * who were lost within the last second: renewals by reconnect make that less than there are. Those who have stopped for
 * good count at once. Of those who have never been ready they are at least all less those who arrived in that second.
 */
export function lockedOut({ curves, elapsedMs, counts, timings }: Measurements): number {
  const bins = Math.min(curves.bins, Math.ceil(elapsedMs / BIN_MS));
  const lately = (events: Int32Array): number =>
    events.subarray(Math.max(0, bins - A_MOMENT_MS / BIN_MS), bins).reduce((sum, n) => sum + n, 0);
  const abandoned = curves.total('abandoned');
  const waiting = outOf(curves) - abandoned;
  const counted = timings.recovery.failures.get('not-back') ?? 0;
  const long =
    waiting === counted && !Number.isNaN(counts.longNotBack)
      ? counts.longNotBack
      : Math.max(0, waiting - lately(curves.sum(LOST)));
  return abandoned + long + Math.max(0, neverReadyOf(curves) - lately(curves.values('arrivals')));
}
