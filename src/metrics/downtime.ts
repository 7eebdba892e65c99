import { happenedBetween } from './happened.ts';
import { LOST, neverReadyOf, OUT_NO_MORE, outOf } from './lost.ts';
import type { Measurements } from './measurements.ts';
import { population, type Recorded } from './samples.ts';
import { BIN_MS } from '../core/metrics.ts';

/**
 * The total time that clients spent not ready after having been ready, in client-milliseconds: the sum over bins of the
 * number out at the end, times the width. Stopped clients are out up to the run's end, unknown ones until they became so.
 * Losses that recovered within their bin are in no sum over bins, so it is at least the sum of all timed recoveries.
 */
export function downtimeMs({ curves, elapsedMs, timings }: DowntimeData): number {
  const { count, meanMs } = timings.recovery;
  return Math.max(outMs({ curves, elapsedMs }), count * (meanMs ?? 0));
}

type DowntimeData = Pick<Measurements, 'curves' | 'elapsedMs' | 'timings'>;

/** The same from the curves alone, client-milliseconds. */
export function outMs({ curves, elapsedMs }: Omit<DowntimeData, 'timings'>): number {
  const lost = curves.sum(LOST);
  const ended = curves.sum(OUT_NO_MORE);
  let [out, sum] = [0, 0];
  for (let bin = 0; bin < lost.length && bin * BIN_MS < elapsedMs; bin++) {
    out += lost[bin]! - ended[bin]!;
    sum += Math.max(0, out) * Math.min(BIN_MS, elapsedMs - bin * BIN_MS);
  }
  return sum;
}

/**
 * Bounds of `downtimeMs` if each loss and each recovery happened at any instant between its intended and its actual one: the
 * downtime is longest with early losses and late recoveries.
 */
export function downtimeBetween(offered: Recorded, intended: Recorded): { atLeast: number; atMost: number } {
  const lost = happenedBetween(offered, intended, LOST);
  const recovered = happenedBetween(offered, intended, ['recovered']);
  const unknown = population(offered, ['unknownOut']);
  let [atLeast, atMost] = [0, 0];
  for (let bin = 0; bin < lost.atLeast.length; bin++) {
    const widthMs = Math.min(BIN_MS, offered.elapsedMs - bin * BIN_MS);
    atLeast += Math.max(0, lost.atLeast[bin]! - recovered.atMost[bin]! - unknown[bin]!) * widthMs;
    atMost += Math.max(0, lost.atMost[bin]! - recovered.atLeast[bin]! - unknown[bin]!) * widthMs;
  }
  return { atLeast, atMost };
}

/** Time that a client must be out at the run's end to count as locked out, ms. */
export const A_MOMENT_MS = 1000;

/**
 * Clients that have not been ready for a second or longer. A finished run has counted the clients that had been ready by
 * their own losses. In a running or interrupted one, a lower bound is the number of clients out minus all losses of the
 * last second, among which may be renewals by reconnect. Stopped clients count at once. For clients that were never
 * ready, a lower bound is their number minus the arrivals of the last second.
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
