import { appendFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { COUNT_INDEX } from '../core/metrics.ts';
import type { RecorderStore } from '../metrics/store.ts';
import { applyChanges } from '../metrics/store-changes.ts';
import { createStore } from '../metrics/store.ts';
import { Curves } from '../metrics/curves.ts';
import { sharedNowMs } from '../metrics/wall-clock.ts';
import { WorkerDied, type WorkerTask } from '../live/worker/shard-host.ts';
import type { FromShard, ShardInterval, ShardResult, ToShard } from '../live/shard/shard-messages.ts';
import { PLAIN_UPGRADE } from '../live/socket/upgrade-form.ts';
import { smallScenario } from '../testing/live-run.ts';
import type { FromSlot, ShardPlan, ToSlot } from './messages.ts';
import { NO_INTERVAL } from '../live/worker/worker-line.ts';
import { holdShard, type ShardEnd, type SlotParts } from './slot.ts';

const CLOCK = { offsetMs: 5_000_000, errorMs: 0.2 };
const NEWER_CLOCK = { offsetMs: 5_000_003, errorMs: 0.1 };

const INTERVAL: ShardInterval = { ...NO_INTERVAL, ownProcess: { cpuSeconds: 1, rssBytes: 2 } };

const RESULT: ShardResult = {
  interval: INTERVAL,
  commands: {
    shard: 1,
    shards: 4,
    lengths: new Uint32Array(),
    status: new Uint8Array(),
    untracked: { sent: 0, acknowledged: 0, gaveUp: 0 },
  },
  seen: [],
  refusedAtFirstUse: 0,
};

const TASK: WorkerTask = {
  scenario: smallScenario(),
  shard: 1,
  shards: 4,
  gateways: [],
  upgrade: PLAIN_UPGRADE,
  access: { privateJwk: {}, endpoint: null, refreshSecret: null },
  secrets: [],
  users: null,
  tokensFile: '/a/path/of/the/coordinator',
  maxAttemptsPerSecond: Infinity,
  maxRequestsPerSecond: Infinity,
};

const PLAN: ShardPlan = {
  format: 1,
  squall: '1.0.0',
  run: 'run',
  epoch: 1,
  shard: 1,
  shards: 4,
  voidAtRedisMs: 0,
  task: TASK,
  loopback: null,
  tokensHeader: null,
};

/** A slot between a coordinator and a worker that do what the test says. */
class Rig {
  readonly sent: FromSlot[] = [];
  readonly told: ToShard[] = [];
  readonly lines: string[] = [];
  readonly leaving = new AbortController();
  readonly ended: Promise<ShardEnd>;
  silentMs = 0;
  downMs = 0;
  isGone = false;
  isClosed = false;
  task: WorkerTask | null = null;
  store!: RecorderStore;
  say: (message: FromShard) => void = () => {};
  tell: (message: ToSlot) => void = () => {};
  fail: (error: Error) => void = () => {};
  resolve!: (result: ShardResult) => void;
  reject!: (error: unknown) => void;

  constructor(plan: ShardPlan = PLAN, given: Partial<SlotParts> = {}) {
    const silentMs = (): number => this.silentMs;
    const result = new Promise<ShardResult>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.ended = holdShard(plan, {
      worker: 'host-b',
      channel: {
        send: (message) => this.sent.push(message),
        receive: (hear) => (this.tell = hear),
        onFailure: (hear) => (this.fail = hear),
        get silentMs() {
          return silentMs();
        },
        flushed: async () => true,
        close: () => (this.isClosed = true),
      },
      clock: CLOCK,
      readClock: async () => NEWER_CLOCK,
      downMs: () => this.downMs,
      start: (task, store) => {
        this.task = task;
        this.store = store;
        return {
          send: (message) => this.told.push(message),
          receive: (hear) => (this.say = hear),
          result,
          end: async () => {
            this.isGone = true;
          },
        };
      },
      leaving: this.leaving.signal,
      log: (line) => this.lines.push(line),
      ...given,
    });
  }

  /** Ends the run with a result, as a coordinator does. */
  async finish(result = RESULT): Promise<ShardEnd> {
    this.resolve(result);
    await vi.waitUntil(() => this.types.includes('result'));
    this.tell({ type: 'end', why: 'the run is over' });
    return this.ended;
  }

  get types(): string[] {
    return this.sent.map(({ type }) => type);
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('starts the load by its own clock, read again after the preparation', async () => {
  const rig = new Rig();
  expect(rig.sent).toEqual([{ type: 'took', worker: 'host-b', clock: CLOCK }]);
  expect(rig.task).toMatchObject({ shard: 1, shards: 4, tokensFile: null });
  const prepared = { type: 'prepared', preparation: { leadTimeMs: 0, logins: null, seen: [] } } as const;
  rig.say(prepared);
  await vi.waitFor(() => expect(rig.sent.at(-1)).toEqual({ type: 'said', message: prepared }));
  const startRedisMs = sharedNowMs() + NEWER_CLOCK.offsetMs + 700;
  rig.tell({ type: 'go', startRedisMs, wallMs: 1000 });
  expect(rig.told).toEqual([{ type: 'go', start: { hrMs: startRedisMs - NEWER_CLOCK.offsetMs, wallMs: 1000 } }]);
  expect(rig.lines).toEqual(['starts in 0.7 s (clock within 0.10 ms)']);
  expect(await rig.finish()).toEqual({ isDone: true, how: 'done' });
  expect([rig.isGone, rig.isClosed, rig.types.at(-1)]).toEqual([true, true, 'result']);
});

it('keeps the clock that it has where Redis does not answer', async () => {
  const rig = new Rig(PLAN, { readClock: () => Promise.reject(new Error('gone')) });
  rig.say({ type: 'prepared', preparation: { leadTimeMs: 0, logins: null, seen: [] } });
  await vi.waitFor(() => expect(rig.types).toContain('said'));
  rig.tell({ type: 'go', startRedisMs: CLOCK.offsetMs + 1, wallMs: 1000 });
  expect(rig.told).toMatchObject([{ type: 'go', start: { hrMs: 1 } }]);
  expect(rig.lines.at(-1)).toMatch(/^starts \d+ ms late: /);
  await rig.finish();
});

it('takes the difference of the wall clocks out of intervals, and sends counts before them', async () => {
  const rig = new Rig();
  const wallMs = Date.now() - 3000;
  rig.tell({ type: 'go', startRedisMs: sharedNowMs() + CLOCK.offsetMs, wallMs });
  rig.store.counts[COUNT_INDEX.clientsStarted] = 7;
  rig.say({ type: 'interval', interval: { ...INTERVAL, wallErrorMs: 3000 } });
  const [, changes, said] = rig.sent;
  const copy = createStore(Curves.binsFor(TASK.scenario.durationMs), false, true);
  if (changes?.type === 'changes') applyChanges(copy, changes.changes);
  expect(copy.counts[COUNT_INDEX.clientsStarted]).toBe(7);
  if (said?.type !== 'said' || said.message.type !== 'interval') throw new Error('no interval was sent');
  expect(said.message.interval.wallErrorMs).toBeCloseTo(0, -2);
  await rig.finish({ ...RESULT, interval: { ...INTERVAL, wallErrorMs: 3005 } });
  const last = rig.sent.at(-1);
  expect(last?.type === 'result' ? last.result.interval.wallErrorMs : null).toBeCloseTo(5, -2);
});

it('sends counts once a second, where they changed', async () => {
  const rig = new Rig();
  rig.store.counts[0] = 1;
  vi.advanceTimersByTime(1000);
  vi.advanceTimersByTime(1000);
  rig.store.counts[0] = 2;
  vi.advanceTimersByTime(1000);
  expect(rig.types).toEqual(['took', 'changes', 'changes']);
  await rig.finish();
  expect(rig.types).toEqual(['took', 'changes', 'changes', 'result']);
});

it('sends the lines of the record of tokens as it grows, and the last ones before the result', async () => {
  const rig = new Rig({ ...PLAN, tokensHeader: '{"key":"ab"}' });
  const file = rig.task?.tokensFile ?? '';
  appendFileSync(file, 'one\n');
  vi.advanceTimersByTime(1000);
  appendFileSync(file, 'two\nthree\n');
  await rig.finish();
  expect(rig.sent.slice(1, 3)).toEqual([
    { type: 'tokens', text: 'one\n' },
    { type: 'tokens', text: 'two\nthree\n' },
  ]);
  expect(rig.types.at(-1)).toBe('result');
});

it('passes other messages on', async () => {
  const rig = new Rig();
  rig.tell({ type: 'tell', message: { type: 'take-interval' } });
  rig.tell({ type: 'tell', message: { type: 'wind-down' } });
  expect(rig.told).toEqual([{ type: 'take-interval' }, { type: 'wind-down' }]);
  await rig.finish();
});

it.each([
  ['a task that failed', new Error('no key'), 'no key', false],
  ['a protocol that failed', new Error('broken; docs/own-protocol.md has its contract'), 'broken', true],
])('reports %s', async (_, error, text, isProtocol) => {
  const rig = new Rig();
  rig.reject(error);
  expect((await rig.ended).isDone).toBe(false);
  expect(rig.sent.at(-1)).toEqual({ type: 'failed', message: expect.stringContaining(text) as string, isProtocol });
});

it('leaves with a process that died: the others can go on', async () => {
  const rig = new Rig();
  rig.reject(new WorkerDied('SIGKILL'));
  const why = 'its process died by itself (SIGKILL)';
  expect(await rig.ended).toEqual({ isDone: false, how: `lost: ${why}` });
  expect(rig.sent.at(-1)).toEqual({ type: 'leaving', why });
});

it('ends the load with its channel', async () => {
  const rig = new Rig();
  rig.fail(new Error('full'));
  expect(await rig.ended).toEqual({ isDone: false, how: 'lost: full' });
  expect(rig.isGone).toBe(true);
});

it.each([
  ['without its coordinator', 7000, 0, /^lost: the coordinator has not been heard for 7 s$/],
  ['without Redis', 0, 10_000, /^lost: Redis has been away for 10 s$/],
])('ends the load %s', async (_, silentMs, downMs, how) => {
  const rig = new Rig();
  vi.advanceTimersByTime(250);
  expect(rig.isGone).toBe(false);
  Object.assign(rig, { silentMs, downMs });
  vi.advanceTimersByTime(250);
  const end = await rig.ended;
  expect(end.how).toMatch(how);
  expect([rig.isGone, end.isDone, rig.types.at(-1)]).toEqual([true, false, 'leaving']);
});

it('ends the load when its coordinator says so, and says nothing more', async () => {
  const rig = new Rig();
  rig.tell({ type: 'end', why: 'lost' });
  expect(await rig.ended).toEqual({ isDone: false, how: 'ended by the coordinator: lost' });
  rig.reject(new WorkerDied('SIGTERM'));
  await Promise.resolve();
  expect([rig.isGone, rig.types]).toEqual([true, ['took']]);
});

it('says that the worker leaves', async () => {
  const rig = new Rig();
  rig.leaving.abort('SIGTERM');
  expect((await rig.ended).how).toBe('lost: SIGTERM');
  expect(rig.sent.at(-1)).toEqual({ type: 'leaving', why: 'SIGTERM' });
  expect(rig.isGone).toBe(true);
});

it('counts a shard as done once the coordinator has its result', async () => {
  const channel: SlotParts['channel'] = {
    send: () => {},
    receive: () => {},
    onFailure: () => {},
    silentMs: 0,
    flushed: async () => false,
    close: () => {},
  };
  const rig = new Rig(PLAN, { channel });
  rig.resolve(RESULT);
  expect(await rig.ended).toEqual({ isDone: false, how: 'lost: its result was not received' });
});
