import { expect, test } from 'vitest';
import { COUNT_INDEX, SERIES_INDEX, type SeriesName } from '../core/metrics.ts';
import { mostClientsIn } from './conditions.ts';
import { Curves } from './curves.ts';
import { outMs } from './downtime.ts';
import { neverReadyOf, outOf } from './lost.ts';
import { leastReady, mostOfLeastReady, READY_STATES } from './ready.ts';
import { population } from './samples.ts';
import { createStore } from './store.ts';
import { becameUnknown, makeUnknown, reachedNobody } from './unknown.ts';

const BINS = 100;
const ELAPSED_MS = BINS * 100;

/** A shard of ten clients: 6 ready, 1 renewing, 1 out, 1 stopped after a loss, 1 that was never ready. */
function shard() {
  const store = createStore(BINS, false);
  const curves = new Curves(store.curves);
  const add = (name: SeriesName, atMs: number, n: number): void => curves.add(SERIES_INDEX[name], atMs, n);
  add('stateIdle', 0, 10);
  add('stateIdle', 1000, -10);
  add('arrivals', 1000, 10);
  add('attempts', 1000, 10);
  add('ready', 1000, 9);
  add('stateReady', 1000, 9);
  add('stateConnecting', 1000, 1);
  add('stateReady', 3000, -3);
  add('stateRenewing', 3000, 1);
  add('lostDropped', 3000, 2);
  add('stateWaiting', 3000, 2);
  add('stateWaiting', 4000, -1);
  add('stateStopped', 4000, 1);
  add('stopped', 4000, 1);
  add('abandoned', 4000, 1);
  add('conditionExpired', 4000, 1);
  add('due', 4000, 5);
  add('sent', 4000, 3);
  add('acknowledged', 4100, 1);
  store.counts[COUNT_INDEX.clientsBehind] = 4;
  return { store, curves };
}

test('from the loss on its clients are in no state, and what had been counted stays', () => {
  const { store, curves } = shard();
  expect(makeUnknown(store, 10, 6040)).toEqual({ sinceMs: 6000, clients: 9 });
  const ready = population({ curves, elapsedMs: ELAPSED_MS }, READY_STATES);
  expect([ready[59], ready[60], ready.at(-1)]).toEqual([7, 0, 0]);
  const totals = [
    'stateUnknown',
    'unknownReady',
    'unknownOut',
    'stateStopped',
    'stateWaiting',
    'stateConnecting',
  ] as const;
  expect(totals.map((name) => curves.total(name))).toEqual([9, 7, 1, 1, 0, 0]);
  expect([outOf(curves), neverReadyOf(curves), curves.total('lostDropped')]).toEqual([1, 0, 2]);
  expect([curves.total('conditionExpired'), mostClientsIn(curves, 'expired')]).toEqual([0, 1]);
  const { attemptsUnknown, sentUnknown, unsentUnknown, clientsBehind } = COUNT_INDEX;
  expect([attemptsUnknown, sentUnknown, unsentUnknown, clientsBehind].map((n) => store.counts[n])).toEqual([
    1, 2, 2, 0,
  ]);
  expect(becameUnknown(curves)).toEqual([{ sinceMs: 6000, clients: 9 }]);
});

test('an unknown client that was out adds to the downtime only until it became unknown', () => {
  const { store, curves } = shard();
  makeUnknown(store, 10, 6000);
  // One was out from 3 s to 6 s; the one that stopped is out to the end.
  expect(outMs({ curves, elapsedMs: ELAPSED_MS })).toBe(3000 + 7000);
});

test('events that are later than the last complete count are kept, and the loss is after them', () => {
  const { store, curves } = shard();
  curves.add(SERIES_INDEX.attempts, 7000, 1);
  expect(makeUnknown(store, 10, 6000).sinceMs).toBe(7000);
});

test('the fewest ready clients lie between all unknown ones not ready and all of them ready', () => {
  const { store, curves } = shard();
  makeUnknown(store, 10, 6000);
  const recorded = { curves, elapsedMs: ELAPSED_MS };
  expect([leastReady(recorded, 10), mostOfLeastReady(recorded, 10)]).toEqual([0, 8]);
});

test('the fewest ready clients have no value where clients were unknown before they arrived', () => {
  const { store, curves } = shard();
  curves.add(SERIES_INDEX.arrivals, 1000, -1);
  makeUnknown(store, 10, 6000);
  expect(leastReady({ curves, elapsedMs: ELAPSED_MS }, 10)).toBe(null);
});

test('a run reached nobody only where no client is unknown, which may have become ready since', () => {
  const counts = { clientsStarted: 10 } as Parameters<typeof reachedNobody>[0]['counts'];
  const store = createStore(BINS, false);
  const curves = new Curves(store.curves);
  curves.add(SERIES_INDEX.stateConnecting, 1000, 10);
  expect(reachedNobody({ counts, curves })).toBe(true);
  makeUnknown(store, 10, 6000);
  expect(reachedNobody({ counts, curves })).toBe(false);
});
