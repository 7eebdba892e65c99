import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mono } from '../core/time/instant.ts';
import type { Curves } from './curves.ts';
import { runningLedger } from './ledger.ts';
import { measure } from './measure.ts';
import { NOTHING_REPORTED } from './measurements.ts';
import { Recorder } from './recorder.ts';
import { COUNT_INDEX, SERIES, TIMINGS } from '../core/metrics.ts';
import { createStore } from './store.ts';
import { destroyTimings, addInterval, emptyTimings, type Timings } from './timings.ts';

interface Step {
  readonly client: number;
  readonly kind: 'ready' | 'lost' | 'failed' | 'refreshed' | 'exposed';
  readonly nowMs: number;
}

const steps = fc.array(
  fc.record<Step>({
    client: fc.nat(9),
    kind: fc.constantFrom('ready', 'lost', 'failed', 'refreshed', 'exposed'),
    nowMs: fc.integer({ min: 0, max: 9999 }),
  }),
  { maxLength: 40 },
);

function observe(recorder: Recorder, { kind, nowMs, client }: Step): void {
  const now = mono(nowMs);
  switch (kind) {
    case 'ready':
      return recorder.ready(now, mono(nowMs / 2), mono(client % 2 === 0 ? NaN : 0));
    case 'lost':
      return recorder.lost(now, 1000 + client, false);
    case 'failed':
      return recorder.attemptFailed(now, 500 + client);
    case 'refreshed':
      return recorder.refreshed(now, mono(0));
    case 'exposed':
      return recorder.count(COUNT_INDEX.exposureMs, nowMs);
  }
}

const ledger = (curves: Curves) => runningLedger(curves, null);

function recordIn(shards: number, all: readonly Step[]) {
  const stores = Array.from({ length: shards }, () => createStore(100, false));
  const recorders = stores.map((store) => new Recorder(store, null));
  const timings = emptyTimings();
  for (const [i, step] of all.entries()) {
    observe(recorders[step.client % shards]!, step);
    if (i % 7 === 0) for (const recorder of recorders) addInterval(timings, recorder.takeInterval());
  }
  for (const recorder of recorders.toReversed()) addInterval(timings, recorder.takeInterval());
  const { curves, ...rest } = measure({
    elapsedMs: 10_000,
    planned: 10,
    stores,
    timings,
    reported: NOTHING_REPORTED,
    ledger,
  });
  const content = {
    curves: SERIES.map((name) => [...curves.values(name)]),
    timings: TIMINGS.map((name) => ({ ...rest.timings[name].summary(), mean: rest.timings[name].meanMs })),
    counts: rest.counts,
    ledger: rest.ledger,
  };
  free(timings, recorders);
  return content;
}

function free(timings: Timings, recorders: readonly Recorder[]): void {
  destroyTimings(timings);
  for (const recorder of recorders) recorder.destroy();
}

describe('measure', () => {
  it('does not depend on the sharding of the clients or the cuts of the intervals', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 2, max: 4 }), (all, shards) => {
        expect(recordIn(shards, all)).toEqual(recordIn(1, all));
      }),
      { numRuns: 30 },
    );
  });

  it('refuses an empty list of stores', () => {
    const parts = {
      elapsedMs: 0,
      planned: 0,
      stores: [],
      timings: emptyTimings(),
      reported: NOTHING_REPORTED,
      ledger,
    };
    expect(() => measure(parts)).toThrow('no store given');
  });

  it('does not change with later events, except the latencies', () => {
    const store = createStore(10, true);
    const recorder = new Recorder(store, null);
    const timings = emptyTimings();
    const take = () =>
      measure({
        elapsedMs: 1000,
        planned: 1,
        stores: [store],
        timings,
        reported: { ...NOTHING_REPORTED, wasted: 3 },
        ledger,
      });
    recorder.attemptFailed(mono(5), 503);
    const before = take();
    recorder.attemptFailed(mono(6), 503);
    expect(before.curves.total('attemptsFailed')).toBe(1);
    expect(before.timings.handshake.failed).toBe(1);
    expect(take().timings.handshake.failed).toBe(2);
    expect(before.reported.wasted).toBe(3);
  });
});
