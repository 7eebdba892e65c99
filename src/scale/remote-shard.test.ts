import { expect, test } from 'vitest';
import type { FromShard, ShardResult } from '../live/shard/shard-messages.ts';
import { Curves } from '../metrics/curves.ts';
import { createStore } from '../metrics/store.ts';
import { StoreChanges } from '../metrics/store-changes.ts';
import { ProtocolFailed } from '../protocols/own/failure.ts';
import { FakeChannel } from './fake-channel.test.helper.ts';
import { RemoteShard, ShardLost } from './remote-shard.ts';

const CLOCK = { offsetMs: 5000, errorMs: 0.2 };
const TOOK = { type: 'took', worker: 'host-b', clock: CLOCK } as const;
const BINS = Curves.binsFor(5000);

function shardOn() {
  const channel = new FakeChannel();
  const store = createStore(BINS, false, true);
  const tokens: string[] = [];
  let taken = 0;
  const shard = new RemoteShard({
    channel,
    store,
    name: 'shard 3 of 8',
    redisMsAt: (hrMs) => hrMs + 5000,
    addTokens: (text) => void tokens.push(text),
    onTaken: () => void (taken += 1),
  });
  const heard: FromShard[] = [];
  shard.receive((message) => void heard.push(message));
  return { channel, store, shard, heard, tokens, taken: () => taken };
}

async function reasonOf(result: Promise<unknown>): Promise<unknown> {
  return result.then(
    () => 'no reason',
    (error: unknown) => error,
  );
}

const RESULT = { interval: {}, commands: {}, seen: [], refusedAtFirstUse: 0 } as unknown as ShardResult;

test('a shard has the name of its worker once one has taken it, and tells the start by the clock of Redis', () => {
  const { channel, shard, taken } = shardOn();
  expect([shard.name, shard.isOffered, shard.isHeld]).toEqual(['shard 3 of 8', true, false]);
  channel.say(TOOK);
  expect([shard.name, shard.isOffered, shard.isHeld, taken()]).toEqual(['shard 3 of 8 on host-b', false, true, 1]);
  shard.send({ type: 'go', start: { hrMs: 1000, wallMs: 77 } });
  shard.send({ type: 'take-interval' });
  expect(channel.sent).toEqual([
    { type: 'go', startRedisMs: 6000, wallMs: 77 },
    { type: 'tell', message: { type: 'take-interval' } },
  ]);
});

test('counts, messages, tokens and the result of its slot arrive', async () => {
  const { channel, store, shard, heard, tokens } = shardOn();
  const own = createStore(BINS, false, true);
  const changes = new StoreChanges(own);
  new Int32Array(own.curves)[3] = 41;
  channel.say(TOOK);
  channel.say({ type: 'changes', changes: changes.take() });
  channel.say({ type: 'said', message: { type: 'logging-in', tally: { planned: 2, done: 1, failed: 0 } } });
  channel.say({ type: 'tokens', text: 'a line\n' });
  channel.say({ type: 'result', result: RESULT });
  expect(new Int32Array(store.curves)[3]).toBe(41);
  expect([heard.length, tokens]).toEqual([1, ['a line\n']]);
  expect(await shard.result).toBe(RESULT);
});

test('a lost shard ends the load of its slot, and nothing that a twin says counts any more', async () => {
  const { channel, store, shard, heard, tokens } = shardOn();
  channel.say(TOOK);
  shard.lose('nothing heard of it for 4 s');
  const own = createStore(BINS, false, true);
  const changes = new StoreChanges(own);
  new Int32Array(own.curves)[3] = 41;
  channel.say({ type: 'changes', changes: changes.take() });
  channel.say({ type: 'said', message: { type: 'logging-in', tally: { planned: 2, done: 1, failed: 0 } } });
  channel.say({ type: 'tokens', text: 'a line\n' });
  channel.say({ type: 'result', result: RESULT });
  expect(await reasonOf(shard.result)).toEqual(new ShardLost('nothing heard of it for 4 s'));
  expect(new Int32Array(store.curves)[3]).toBe(0);
  expect([heard, tokens]).toEqual([[], []]);
  expect(channel.sent).toEqual([{ type: 'end', why: 'nothing heard of it for 4 s' }]);
  shard.send({ type: 'take-interval' });
  expect(channel.sent).toHaveLength(1);
});

test('a worker that is ended by its user loses its shard, and one whose counts do not fit, or whose channel fails', async () => {
  const leaving = shardOn();
  leaving.channel.say(TOOK);
  leaving.channel.say({ type: 'leaving', why: 'SIG\u001b[31mTERM' });
  expect(await reasonOf(leaving.shard.result)).toEqual(new ShardLost('SIG[31mTERM'));
  for (const change of [
    { buffer: 99, offset: 0, bytes: new Uint8Array(8) },
    { buffer: 0, offset: 1e9, bytes: new Uint8Array(8) },
  ]) {
    const { channel, shard } = shardOn();
    channel.say(TOOK);
    channel.say({ type: 'changes', changes: [change] });
    expect(await reasonOf(shard.result)).toBeInstanceOf(ShardLost);
  }
  const full = shardOn();
  full.channel.fail(new Error('the channel is full'));
  expect(await reasonOf(full.shard.result)).toEqual(new ShardLost('the channel is full'));
});

test('the failure of a protocol of the user’s own is told apart from one of squall', async () => {
  const own = shardOn();
  own.channel.say({ type: 'failed', message: 'receive threw', isProtocol: true });
  expect(await reasonOf(own.shard.result)).toBeInstanceOf(ProtocolFailed);
  const ours = shardOn();
  ours.channel.say({ type: 'failed', message: 'a defect', isProtocol: false });
  expect(await reasonOf(ours.shard.result)).toEqual(new Error('shard 3 of 8: a defect'));
});

test('the end of a run that nobody took the shard of waits for nobody', async () => {
  const { channel, shard } = shardOn();
  shard.send({ type: 'wind-down' });
  expect(await reasonOf(shard.result)).toBeInstanceOf(ShardLost);
  await shard.end();
  expect(channel.isClosed).toBe(true);
});
