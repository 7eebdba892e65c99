import { LOST, neverReadyOf, outOf } from './lost.ts';
import type { Measurements } from './measurements.ts';
import { BIN_MS } from './series.ts';
import { BINS_PER_SECOND } from './window.ts';

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
const A_MOMENT_BINS = BINS_PER_SECOND;

/**
 * Clients that are not ready and have not been for a second or longer, at least: those who have stopped for good, and of
 * the others those who are out, less all who were lost or arrived within the last second.
 */
export function lockedOut({ curves, elapsedMs }: Pick<Measurements, 'curves' | 'elapsedMs'>): number {
  const bins = Math.min(curves.bins, Math.ceil(elapsedMs / BIN_MS));
  const lately = (events: Int32Array): number =>
    events.subarray(Math.max(0, bins - A_MOMENT_BINS), bins).reduce((sum, n) => sum + n, 0);
  const abandoned = curves.total('abandoned');
  const waiting = Math.max(0, outOf(curves) - abandoned - lately(curves.sum(LOST)));
  return abandoned + waiting + Math.max(0, neverReadyOf(curves) - lately(curves.values('arrivals')));
}
