import type { Curves } from './curves.ts';
import type { SeriesName } from '../core/metrics.ts';

/** Curves of ready connections that ended, or whose channels did, one for each cause. */
export const LOST = [
  'lostExpired',
  'lostRenewal',
  'lostClosed',
  'lostDropped',
  'lostChannel',
] as const satisfies SeriesName[];

/** The number of ready connections that ended, for any reason. */
function lossesOf(curves: Curves): number {
  return LOST.reduce((sum, name) => sum + curves.total(name), 0);
}

/** The number of clients that had been ready and are not now, stopped ones included. */
export function outOf(curves: Curves): number {
  return Math.max(0, lossesOf(curves) - curves.total('recovered'));
}

/** Curves of the states of a client that has arrived. */
const ARRIVED = [
  'stateFetchingToken',
  'stateConnecting',
  'stateAuthenticating',
  'stateJoining',
  'stateReady',
  'stateRenewing',
  'stateWaiting',
  'stateStopped',
] as const satisfies SeriesName[];

/** The number of clients that have arrived and were never ready, stopped ones included. */
export function neverReadyOf(curves: Curves): number {
  const arrived = ARRIVED.reduce((sum, name) => sum + curves.total(name), 0);
  return Math.max(0, arrived - (curves.total('ready') + curves.total('rejoined') - curves.total('recovered')));
}

/** Arrivals minus first ready connections, by bin; the running sum is `neverReadyOf`. */
export function newcomerChanges(curves: Curves): Int32Array {
  const changes = curves.sum(ARRIVED);
  const ready = curves.sum(['ready', 'rejoined']);
  const recovered = curves.values('recovered');
  return changes.map((n, i) => n - Math.max(0, ready[i]! - recovered[i]!));
}
