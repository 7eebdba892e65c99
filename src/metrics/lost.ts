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

/** Curves of the ends of being out: ready again, or unknown. */
export const OUT_NO_MORE = ['recovered', 'unknownOut'] as const satisfies SeriesName[];

/** The number of clients that had been ready and are not now, stopped ones included, without unknown ones. */
export function outOf(curves: Curves): number {
  return Math.max(0, lossesOf(curves) - curves.total('recovered') - curves.total('unknownOut'));
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

/** Curves of unknown clients that had been ready. */
const UNKNOWN_THAT_WERE_READY = ['unknownReady', 'unknownOut'] as const satisfies SeriesName[];

/** The number of clients that have arrived and were never ready, stopped ones included, without unknown ones. */
export function neverReadyOf(curves: Curves): number {
  const arrived = ARRIVED.reduce((sum, name) => sum + curves.total(name), 0);
  const unknown = UNKNOWN_THAT_WERE_READY.reduce((sum, name) => sum + curves.total(name), 0);
  const wereReady = curves.total('ready') + curves.total('rejoined') - curves.total('recovered') - unknown;
  return Math.max(0, arrived - wereReady);
}

/** Arrivals minus first ready connections and newcomers that became unknown, by bin; the running sum is `neverReadyOf`. */
export function newcomerChanges(curves: Curves): Int32Array {
  const changes = curves.sum(ARRIVED);
  const ready = curves.sum(['ready', 'rejoined']);
  const recovered = curves.values('recovered');
  const unknown = curves.sum(UNKNOWN_THAT_WERE_READY);
  return changes.map((n, i) => n - Math.max(0, ready[i]! - recovered[i]!) + unknown[i]!);
}
