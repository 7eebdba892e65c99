import type { Curves } from './curves.ts';
import type { SeriesName } from '../core/metrics.ts';

/** The curves of ready connections that ended, one a cause. */
export const LOST = ['lostExpired', 'lostRenewal', 'lostClosed', 'lostDropped'] as const satisfies SeriesName[];

/** Ready connections that ended in the run, however they did. */
function lossesOf(curves: Curves): number {
  return LOST.reduce((sum, name) => sum + curves.total(name), 0);
}

/** Clients that had been ready and are not now, those included that have stopped for good. */
export function outOf(curves: Curves): number {
  return Math.max(0, lossesOf(curves) - curves.total('recovered'));
}

/** The curves of the states that a client can be in once it has arrived. */
const ARRIVED = [
  'stateFetchingToken',
  'stateConnecting',
  'stateAuthenticating',
  'stateReady',
  'stateRenewing',
  'stateWaiting',
  'stateStopped',
] as const satisfies SeriesName[];

/** Clients that have arrived and have never been ready, those included that have stopped for good. */
export function neverReadyOf(curves: Curves): number {
  const arrived = ARRIVED.reduce((sum, name) => sum + curves.total(name), 0);
  return Math.max(0, arrived - (curves.total('ready') - curves.total('recovered')));
}

/** Per bin, clients that arrived less those that became ready for the first time; the running sum is `neverReadyOf`. */
export function newcomerChanges(curves: Curves): Int32Array {
  const changes = curves.sum(ARRIVED);
  const ready = curves.values('ready');
  const recovered = curves.values('recovered');
  return changes.map((n, i) => n - Math.max(0, ready[i]! - recovered[i]!));
}
