import { expect, it } from 'vitest';
import type { MachineLimits } from '../live/health/preflight.ts';
import { RunRefused } from '../live/refused.ts';
import type { WorkerTask } from '../live/worker/shard-host.ts';
import { PLAIN_UPGRADE } from '../live/socket/upgrade-form.ts';
import { smallScenario } from '../testing/live-run.ts';
import type { Held } from './room.ts';
import { fitShard } from './slot-room.ts';

const ROOMY: MachineLimits = {
  descriptorsSoft: 20_000,
  descriptorsHard: 20_000,
  ports: { low: 32_768, high: 60_999 },
  somaxconn: 4096,
  cores: 4,
  availableBytes: 8 * 1024 ** 3,
};
const NOTHING: Held = { shards: 0, clients: 0 };
const LOOPBACK = { port: 80, secure: false, hostName: 'a', authority: 'a', path: '/' };

/** Shard 2 of 4. */
function task(clients: number, address: string, ...sets: readonly string[]): WorkerTask {
  return {
    scenario: smallScenario(`clients.count=${clients}`, ...sets),
    shard: 1,
    shards: 4,
    gateways: [{ ...LOOPBACK, address }],
    upgrade: PLAIN_UPGRADE,
    access: { privateJwk: {}, endpoint: null, refreshSecret: null },
    secrets: [],
    users: null,
    tokensFile: null,
    maxAttemptsPerSecond: Infinity,
    maxRequestsPerSecond: Infinity,
  };
}

function refusalOf(given: WorkerTask, held: Held, limits: MachineLimits): RunRefused {
  try {
    fitShard(given, { limits, held }, [], () => []);
  } catch (error) {
    if (error instanceof RunRefused) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

it('takes a shard that fits as it is', () => {
  const given = task(4000, '192.0.2.1');
  const { task: taken, warnings } = fitShard(given, { limits: ROOMY, held: NOTHING }, [], () => []);
  expect([taken, warnings]).toEqual([given, []]);
});

it('refuses a shard whose process has too few descriptors, whatever else the machine holds', () => {
  const limits = { ...ROOMY, descriptorsSoft: 1024, descriptorsHard: 1024 };
  const { message, fix } = refusalOf(task(4000, '192.0.2.1'), NOTHING, limits);
  expect(message).toBe('1000 clients of each worker process need 1076 descriptors; a process may open 1024');
  expect(fix).toBe('raise --shards, so that each shard is smaller, or on that machine: ulimit -n 2076');
  expect(
    fitShard(task(2000, '192.0.2.1'), { limits, held: { shards: 3, clients: 5000 } }, [], () => []).warnings,
  ).toEqual([
    'if all 500 clients of each worker process refresh at once they need 1076 descriptors; a process may open 1024 (ulimit -n 1076)',
  ]);
});

it('refuses a shard for which the machine has no memory beside those that it holds', () => {
  const limits = { ...ROOMY, availableBytes: 512 * 1024 ** 2 };
  expect(fitShard(task(4000, '192.0.2.1'), { limits, held: NOTHING }, [], () => []).warnings).toEqual([]);
  const { message, fix } = refusalOf(task(4000, '192.0.2.1'), { shards: 1, clients: 6000 }, limits);
  expect(message).toMatch(/^7000 clients do not fit in 512 MiB of free memory; about \d+ would$/);
  expect(fix).toBe('start squall worker on more machines, or run with fewer clients (--set clients.count=…)');
});

it('refuses a shard for which the machine has no source ports beside those that it holds', () => {
  const { message } = refusalOf(task(40_000, '192.0.2.1'), { shards: 2, clients: 19_000 }, ROOMY);
  expect(message).toMatch(/^29000 clients need as many source ports .* one source address has 28232/);
});

it('plans source addresses of its own machine, of which each shard has its share', () => {
  const { task: taken } = fitShard(task(16_000, '127.0.0.1'), { limits: ROOMY, held: NOTHING }, [], () => [12_345]);
  const sources = taken.gateways[0]?.sources;
  expect(sources).toMatchObject({ shard: 1, shards: 4, taken: [12_345] });
  // 4,000 clients have four ports each, of a fourth of 27,304 on each address.
  expect(sources?.addresses).toEqual(['127.0.1.1', '127.0.1.2', '127.0.1.3']);
});

it('refuses addresses of the scenario that another machine has', () => {
  const { message } = refusalOf(task(400, '192.0.2.1', 'generator.localAddresses=[192.0.2.9]'), NOTHING, ROOMY);
  expect(message).toBe('generator.localAddresses: 192.0.2.9 is no address of this machine');
});
