import { BIN_MS, COUNT_INDEX, SERIES, SERIES_INDEX, type SeriesName } from '../core/metrics.ts';
import { CONDITION_NAMES, CONDITION_SERIES } from './conditions.ts';
import { Curves } from './curves.ts';
import { LOST } from './lost.ts';
import type { Measurements } from './measurements.ts';
import { READY_STATES } from './ready.ts';
import { populationNow } from './samples.ts';
import type { RecorderStore } from './store.ts';

/** Clients that became unknown at one instant. */
export interface BecameUnknown {
  /** instant from which on nothing is known of them, ms from the run's start, to the bin */
  readonly sinceMs: number;
  readonly clients: number;
}

/** The states that a client of a lost shard may have left since. A stopped client has stopped for good. */
const LEFT: readonly SeriesName[] = [
  'stateIdle',
  'stateFetchingToken',
  'stateConnecting',
  'stateAuthenticating',
  'stateJoining',
  ...READY_STATES,
  'stateWaiting',
];

/** The conditions that it may have left. A client that is logged out has stopped. */
const CONDITIONS_LEFT = CONDITION_NAMES.filter((name) => name !== 'loggedOut').map((name) => CONDITION_SERIES[name]);

/**
 * Makes the clients of a lost shard unknown: from the instant to which its counts are complete, none of them is in any
 * state, is out, or has an attempt or a command under way. What the shard has counted stays.
 *
 * @param store counts of the shard, to which nothing is added any more
 * @param clients number of its clients
 * @param completeToMs instant to which its counts are complete for certain, ms from the run's start; they may hold later events
 */
export function makeUnknown(store: RecorderStore, clients: number, completeToMs: number): BecameUnknown {
  const curves = new Curves(store.curves);
  const lastBin = SERIES.reduce(
    (last, name) =>
      Math.max(
        last,
        curves.values(name).findLastIndex((n) => n !== 0),
      ),
    0,
  );
  const sinceMs = Math.max(lastBin, Math.min(curves.bins - 1, Math.floor(completeToMs / BIN_MS))) * BIN_MS;
  const add = (name: SeriesName, n: number): void => curves.add(SERIES_INDEX[name], sinceMs, n);
  const open = (all: SeriesName, ...over: readonly SeriesName[]): number =>
    Math.max(0, curves.total(all) - populationNow(curves, over));

  const unknown = Math.max(0, clients - curves.total('stateStopped'));
  const out = Math.max(0, populationNow(curves, LOST) - populationNow(curves, ['recovered', 'abandoned']));
  store.counts[COUNT_INDEX.attemptsUnknown] = open('attempts', 'ready', 'attemptsFailed');
  store.counts[COUNT_INDEX.sentUnknown] = open('sent', 'acknowledged', 'gaveUp');
  store.counts[COUNT_INDEX.unsentUnknown] = open('due', 'skipped', 'sent');
  store.counts[COUNT_INDEX.clientsBehind] = 0;
  add('unknownReady', populationNow(curves, READY_STATES));
  add('unknownOut', out);
  add('stateUnknown', unknown);
  for (const name of [...LEFT, ...CONDITIONS_LEFT]) add(name, -curves.total(name));
  return { sinceMs, clients: unknown };
}

/** The number of clients that are unknown now, or at the end of a finished run. */
export function unknownNow(curves: Curves): number {
  return curves.total('stateUnknown');
}

/** Whether clients tried, none of them ever became ready, and none is unknown, which may have become ready since. */
export function reachedNobody({ counts, curves }: Pick<Measurements, 'counts' | 'curves'>): boolean {
  return counts.clientsStarted > 0 && curves.total('ready') === 0 && unknownNow(curves) === 0;
}

/** When clients became unknown, in order. */
export function becameUnknown(curves: Curves): readonly BecameUnknown[] {
  if (unknownNow(curves) === 0) return [];
  return [...curves.values('stateUnknown')].flatMap((clients, bin) =>
    clients > 0 ? [{ sinceMs: bin * BIN_MS, clients }] : [],
  );
}
