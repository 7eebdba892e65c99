import { expect, test } from 'vitest';
import { COUNTS, SERIES } from '../core/metrics.ts';
import type * as runRoom from '../live/run/run.ts';
import type { ShardHost } from '../live/worker/shard-host.ts';
import type * as processRoom from '../live/worker/worker-process.ts';
import type { Outcome } from '../metrics/run.ts';
import type { RecorderStore } from '../metrics/store.ts';
import { addInterval, emptyTimings, encodeInterval, type IntervalHistograms } from '../metrics/timings.ts';
import { toxiproxy } from '../live/injectors/toxiproxy.test.helper.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { smallScenario } from '../testing/live-run.ts';
import { memoryChannel } from '../testing/memory-channel.ts';
import { noting } from '../testing/notes.ts';
import type { FromSlot, ShardPlan, ToSlot } from './messages.ts';
import type * as remoteRoom from './remote-shard.ts';
import type * as slotRoom from './slot.ts';

const compiled = new URL('../../dist/', import.meta.url);
const { runLive } = (await import(new URL('live/run/run.js', compiled).href)) as typeof runRoom;
const { startProcess } = (await import(new URL('live/worker/worker-process.js', compiled).href)) as typeof processRoom;
const { RemoteShard } = (await import(new URL('scale/remote-shard.js', compiled).href)) as typeof remoteRoom;
const { holdShard } = (await import(new URL('scale/slot.js', compiled).href)) as typeof slotRoom;

/** Time that another machine's monotonic clock is ahead of this one's, ms. */
const CLOCK = { offsetMs: 1e9, errorMs: 0 };

/** What the two ends of the channels know of the shards. */
interface BothEnds {
  readonly counts: { readonly coordinator: RecorderStore; readonly slot: RecorderStore }[];
  /** histograms of each interval, as the shards' processes sent them */
  readonly histograms: IntervalHistograms[];
  readonly ends: Promise<slotRoom.ShardEnd>[];
}

/** Holds shards as workers of other machines do, without Redis: in slots, each with a process of its own. */
function relayedHost(shards: number): { readonly host: ShardHost; readonly both: BothEnds } {
  const both: BothEnds = { counts: [], histograms: [], ends: [] };
  const host: ShardHost = {
    shards,
    isLocal: false,
    sharesMemory: false,
    leadMs: 0,
    start(task, coordinator, index) {
      const { a, b } = memoryChannel<ToSlot, FromSlot>();
      const plan: ShardPlan = {
        format: 1,
        squall: '',
        run: 'run',
        epoch: 1,
        shard: index,
        shards,
        voidAtRedisMs: 0,
        task,
        loopback: null,
        tokensHeader: null,
      };
      const end = holdShard(plan, {
        worker: `host-${index}`,
        channel: b,
        clock: CLOCK,
        readClock: async () => CLOCK,
        downMs: () => 0,
        start(started, slot) {
          both.counts.push({ coordinator, slot });
          const worker = startProcess(started, slot);
          worker.result.then(
            ({ interval }) => both.histograms.push(interval.histograms),
            () => {},
          );
          return {
            ...worker,
            receive: (hear) =>
              worker.receive((message) => {
                if (message.type === 'interval') both.histograms.push(message.interval.histograms);
                hear(message);
              }),
          };
        },
        leaving: new AbortController().signal,
        log: () => {},
      });
      both.ends.push(end);
      return new RemoteShard({
        channel: a,
        store: coordinator,
        name: `shard ${index + 1}`,
        redisMsAt: (hrMs) => hrMs + CLOCK.offsetMs,
        addTokens: () => {},
        onTaken: () => {},
      });
    },
    nameOf: (index) => `shard ${index + 1}`,
    deathOf: (index, how) => ({ issue: 'shard-lost', what: `shard ${index + 1}: ${how}`, fix: '' }),
    close: async () => {},
  };
  return { host, both };
}

/** Clients that arrive, are dropped, come back, and send commands, while a Toxiproxy of the user's spoils something. */
const story = (toxiproxyUrl: string): readonly string[] => [
  'duration=30s',
  'clients.count=120',
  'clients.commands={ rate: 2/s, ackTimeout: 20s }',
  `faults=[{ at: 3s, share: 40%, drop: { code: 1012 } }, { at: 1s, for: 20s, toxiproxy: { url: "${toxiproxyUrl}", proxy: redis, toxic: { type: latency } } }]`,
  'generator.workers=1',
];

/** Runs the story until all who were dropped are back. */
async function run(scenario: Scenario, host?: ShardHost): Promise<Outcome> {
  const over = new AbortController();
  const { listener } = noting({
    onProgress: ({ measurements: { curves } }) => {
      if (curves.total('recovered') === 48 && curves.total('stateReady') === 120) over.abort();
    },
  });
  const files = { journalFile: null, accessLogFile: null, tokensFile: null };
  return runLive(scenario, { ...files, listener, signal: over.signal, ...(host && { host }) });
}

/** Curves whose totals depend on how quick the machine is. */
const QUICK = new Set<string>(['sent', 'resent', 'acknowledged', 'due', 'skipped', 'gaveUp']);

function figuresOf({ measurements: { curves, counts, timings, losses }, faults, integrity }: Outcome) {
  const steady = SERIES.filter((name) => !QUICK.has(name));
  return {
    integrity,
    faults,
    curves: Object.fromEntries(steady.map((name) => [name, curves.total(name)])),
    counts: Object.fromEntries(COUNTS.map((name) => [name, counts[name]])),
    recovered: timings.recovery.count,
    handshakes: timings.handshake.count,
    losses: Object.fromEntries(losses),
  };
}

test('four shards in slots come to the figures of one process, and to the byte to the sum of the shards', async () => {
  const { host, both } = relayedHost(4);
  const { url, requests } = await toxiproxy();
  const scenario = smallScenario(...story(url));
  const outcome = await run(scenario, host);
  // The coordinator alone injects what is outside of the clients, once.
  expect(requests).toEqual([
    expect.stringMatching(/^POST \/proxies\/redis\/toxics$/),
    expect.stringMatching(/^DELETE \/proxies\/redis\/toxics\/squall-/),
  ]);
  expect(outcome.faults[1]).toMatchObject({ planned: 1, hit: 1 });
  expect(figuresOf(outcome)).toEqual(figuresOf(await run(scenario)));
  expect(outcome.measurements.curves.total('attempts')).toBe(168);
  expect(await Promise.all(both.ends)).toEqual(Array.from({ length: 4 }, () => ({ isDone: true, how: 'done' })));
  expect(both.counts).toHaveLength(4);
  for (const { coordinator, slot } of both.counts) expect(bytesOf(coordinator).equals(bytesOf(slot))).toBe(true);

  const sum = emptyTimings();
  for (const histograms of both.histograms) addInterval(sum, histograms);
  expect(encodeInterval(sum)).toEqual(encodeInterval(outcome.measurements.timings));
  expect(sum.handshake.count).toBe(168);
});

/** All counts of a store, in one buffer. */
function bytesOf({ curves, shifts, counts, failures }: RecorderStore): Buffer {
  const views = [counts, failures].map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  const whole = [curves, shifts ?? new ArrayBuffer(0)].map((buffer) => new Uint8Array(buffer));
  return Buffer.concat([...whole, ...views].map((part) => Uint8Array.from(part)));
}
