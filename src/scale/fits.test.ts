import { expect, test } from 'vitest';
import type { Dialled } from '../live/network/dialled.ts';
import { RunRefused } from '../live/refused.ts';
import { smallScenario } from '../testing/live-run.ts';
import { checkFits } from './fits.ts';
import type { WorkerEntry } from './presence.ts';

const MIB = 1024 * 1024;
const LOOPBACK: readonly Dialled[] = [{ address: '127.0.0.1' }];
const ELSEWHERE: readonly Dialled[] = [{ address: '192.0.2.7' }];

let made = 0;

function worker(
  host: string,
  free: number,
  limits: Partial<WorkerEntry['limits']> = {},
  held: WorkerEntry['held'] = { shards: 0, clients: 0 },
): WorkerEntry {
  made += 1;
  return {
    id: `w${made}`,
    host,
    squall: '1.0.0',
    node: '20.19.0',
    slots: free,
    free,
    held,
    limits: {
      descriptorsSoft: 1_000_000,
      descriptorsHard: 1_000_000,
      ports: { low: 32_768, high: 60_999 },
      somaxconn: 4096,
      cores: 4,
      availableBytes: 64 * 1024 * MIB,
      ...limits,
    },
    clock: { offsetMs: 0, errorMs: 0.1 },
    keyFingerprint: 'f00d',
    loopback: host,
    noRoom: null,
  };
}

function refusalOf(
  clients: number,
  shards: number,
  workers: readonly WorkerEntry[],
  gateways: readonly Dialled[] = LOOPBACK,
  ...sets: readonly string[]
): RunRefused {
  try {
    checkFits(smallScenario(`clients.count=${clients}`, ...sets), gateways, shards, workers);
  } catch (error) {
    if (error instanceof RunRefused) return error;
    throw error;
  }
  throw new Error('it fits');
}

test('shards that fit on the workers pass without a word', () => {
  expect(checkFits(smallScenario('clients.count=8000'), LOOPBACK, 8, [worker('a', 4), worker('b', 4)])).toEqual([]);
});

test('a shard beyond the memory of all machines is named, with what each machine holds and lacks', () => {
  const small = { availableBytes: 1024 * MIB };
  const { code, message } = refusalOf(40_000, 8, [worker('a', 4, small), worker('b', 4, small)]);
  expect(code).toBe('does-not-fit');
  expect(message).toMatch(
    /^shards 5 to 8 of 8 \(5000 clients each\) would not fit on the workers; a holds 2 of them: /,
  );
  expect(message).toContain('; b holds 2 of them: 15000 clients do not fit in 1024 MiB');
});

test('two workers of one machine share its memory', () => {
  const small = { availableBytes: 1024 * MIB };
  const { message } = refusalOf(40_000, 8, [worker('a', 4, small), worker('a', 4, small)]);
  expect(message).toMatch(/^shards 3 to 8 of 8 .*; a holds 2 of them: .*; a holds 0 of them: /);
});

test('what a worker holds of another run leaves less room', () => {
  const small = { availableBytes: 1024 * MIB };
  expect(checkFits(smallScenario('clients.count=10000'), LOOPBACK, 2, [worker('a', 2, small)])).toEqual([]);
  const busy = worker('a', 2, small, { shards: 1, clients: 5000 });
  expect(refusalOf(10_000, 2, [busy]).message).toMatch(/^shard 2 of 2 .*; a holds 1 of them: 15000 clients do not fit/);
  expect(refusalOf(10_000, 2, [worker('a', 2, small), { ...busy, free: 0 }]).message).toMatch(/^shard 2 of 2 /);
});

test('descriptors hold for each shard, since each is a process of its own', () => {
  const few = { descriptorsSoft: 3000, descriptorsHard: 3000 };
  expect(checkFits(smallScenario('clients.count=8000'), LOOPBACK, 8, [worker('a', 8, few)])).toEqual([]);
  expect(refusalOf(8000, 2, [worker('a', 8, few)]).message).toMatch(/^shards 1 to 2 of 2 .*need 4076 descriptors/);
});

test('what may fall short at a peak is a warning that names the machine', () => {
  const few = { descriptorsSoft: 1500, descriptorsHard: 1500 };
  const [warning] = checkFits(smallScenario('clients.count=2000'), LOOPBACK, 2, [worker('host-b', 2, few)]);
  expect(warning).toMatch(/^host-b: if all 1000 clients of each worker process refresh at once/);
});

test('the clients of a machine share its source ports, in all its workers, where the target is elsewhere', () => {
  const run = smallScenario('clients.count=56000');
  expect(checkFits(run, ELSEWHERE, 4, [worker('a', 2), worker('b', 2)])).toEqual([]);
  expect(checkFits(run, LOOPBACK, 4, [worker('a', 4)])).toEqual([]);
  expect(checkFits(run, [...ELSEWHERE, { address: '192.0.2.8' }], 4, [worker('a', 4)])).toEqual([]);
  const short = /^shards 3 to 4 of 4 .*; a holds \d of them: 42000 clients need as many source ports .* has 28232/;
  expect(refusalOf(56_000, 4, [worker('a', 4)], ELSEWHERE).message).toMatch(short);
  expect(refusalOf(56_000, 4, [worker('a', 2), worker('a', 2)], ELSEWHERE).message).toMatch(short);
  const behindProxy = [{ address: '127.0.0.1', proxy: {} }];
  expect(refusalOf(56_000, 4, [worker('a', 4)], behindProxy).message).toMatch(short);
  expect(checkFits(run, ELSEWHERE, 4, [worker('a', 4, { ports: null })])).toEqual([]);
});

test('the addresses of a scenario have ports of their own, which all shards share', () => {
  const own = 'generator.localAddresses=[192.0.2.1]';
  expect(checkFits(smallScenario('clients.count=26000', own), ELSEWHERE, 4, [worker('a', 4)])).toEqual([]);
  expect(refusalOf(28_000, 4, [worker('a', 4)], ELSEWHERE, own).message).toContain('localAddresses has 6826');
});
