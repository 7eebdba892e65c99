import { expect, test } from 'vitest';
import { STATE } from '../../core/client/states.ts';
import { mono } from '../../core/time/instant.ts';
import { Curves } from '../../metrics/curves.ts';
import { Recorder } from '../../metrics/recorder.ts';
import { createStore, type RecorderStore } from '../../metrics/store.ts';
import { becameUnknown, type BecameUnknown } from '../../metrics/unknown.ts';
import { smallScenario } from '../../testing/live-run.ts';
import { WorkerDied, type ShardHost } from './shard-host.ts';
import type { FromShard, ToShard } from '../shard/shard-messages.ts';
import { Shards, WHOLE, type CommonTask } from './shards.ts';
import { NO_INTERVAL } from './worker-line.ts';

const CLIENTS = 6;
const scenario = smallScenario('duration=60s', `clients.count=${CLIENTS}`);

/** Workers that answer each question for an interval, until a test ends them. */
function rig(stores: readonly RecorderStore[], interval = NO_INTERVAL) {
  const ends: ((error: Error) => void)[] = [];
  const host: ShardHost = {
    shards: stores.length,
    isLocal: false,
    sharesMemory: true,
    leadMs: 0,
    start: () => {
      const heard: ((message: FromShard) => void)[] = [];
      return {
        result: new Promise<never>((_, reject) => ends.push(reject)),
        end: async () => {},
        send: (message: ToShard) => {
          if (message.type !== 'take-interval') return;
          queueMicrotask(() => heard.at(-1)?.({ type: 'interval', interval }));
        },
        receive: (receiver) => void heard.push(receiver),
      };
    },
    nameOf: String,
    deathOf: () => null,
    close: async () => {},
  };
  const deaths: [number, string, BecameUnknown][] = [];
  const common = { scenario, gateways: [] } as unknown as CommonTask;
  const shards = new Shards(host, stores, WHOLE, common, () => null, {
    failed: (error) => expect.unreachable(String(error)),
    died: (...death) => deaths.push(death),
  });
  return { shards, ends, deaths };
}

test('the clients of a worker that died are unknown since its counts were complete, and the others stay known', async () => {
  const stores = [1, 2].map(() => createStore(Curves.binsFor(scenario.durationMs), false));
  for (const store of stores) {
    const recorder = new Recorder(store, null);
    recorder.populated(3);
    for (let n = 0; n < 3; n++) recorder.moved(STATE.idle, STATE.ready, mono(1000));
    recorder.destroy();
  }
  const { shards, ends, deaths } = rig(stores);
  for (const atMs of [1000, 2000, 3050]) await shards.takeIntervals(atMs);
  ends[1]!(new WorkerDied('nothing heard of it for 4 s'));
  expect(await shards.takeIntervals(7000)).toHaveLength(2);
  expect(deaths).toEqual([[1, 'nothing heard of it for 4 s', { sinceMs: 3000, clients: 3 }]]);
  const [known, lost] = stores.map(({ curves }) => new Curves(curves));
  expect([known!.total('stateReady'), lost!.total('stateReady'), lost!.total('stateUnknown')]).toEqual([3, 0, 3]);
  expect(lost!.bin('stateReady', 10)).toBe(3);
  expect(lost!.bin('stateReady', 30)).toBe(-3);
  expect(becameUnknown(known!)).toEqual([]);
});

test('what faults had planned for the clients of a worker that died, and had neither hit nor missed, is no miss', async () => {
  const stores = [createStore(Curves.binsFor(scenario.durationMs), false)];
  const { shards, ends } = rig(stores, {
    ...NO_INTERVAL,
    faults: { 1: { planned: 9, hit: 4, missed: { stopped: 2 } } },
  });
  const [before] = await shards.takeIntervals(1000);
  ends[0]!(new WorkerDied('nothing heard of it for 4 s'));
  const [after] = await shards.takeIntervals(2000);
  expect([before!.faults[1]!.planned, after!.faults[1]]).toEqual([9, { planned: 6, hit: 4, missed: { stopped: 2 } }]);
});

test('a worker that died before it had counted anything leaves all its clients unknown', async () => {
  const stores = [createStore(Curves.binsFor(scenario.durationMs), false)];
  const { shards, ends, deaths } = rig(stores);
  ends[0]!(new WorkerDied('it never spoke'));
  await shards.takeIntervals(1000);
  expect(deaths.map(([, , unknown]) => unknown)).toEqual([{ sinceMs: 0, clients: CLIENTS }]);
});
