import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { WorkerTask } from '../live/worker/shard-host.ts';
import { PLAIN_UPGRADE } from '../live/socket/upgrade-form.ts';
import { VERSION } from '../metrics/version.ts';
import { smallScenario } from '../testing/live-run.ts';
import type { ShardPlan } from './messages.ts';
import { openPlan, PlanRefused, sealPlan } from './plan.ts';
import { NotSealed, Sealer } from './seal.ts';

const SECRET = 'a-client-secret-that-nobody-may-see';
const JOB = { run: 'ab12', shard: 1 };
const sealer = new Sealer(randomBytes(32));

const task: WorkerTask = {
  scenario: smallScenario(),
  shard: 1,
  shards: 2,
  gateways: [
    { address: '127.0.0.1', port: 80, secure: false, hostName: 'localhost', authority: 'localhost', path: '/' },
  ],
  upgrade: PLAIN_UPGRADE,
  access: { privateJwk: { kty: 'oct', k: SECRET }, endpoint: null, refreshSecret: null },
  secrets: [SECRET],
  users: new Map([[3, { email: 'u3@example.com' }]]),
  tokensFile: null,
  maxAttemptsPerSecond: Infinity,
  maxRequestsPerSecond: 20,
};

const plan: ShardPlan = {
  format: 1,
  squall: VERSION,
  run: JOB.run,
  epoch: 1,
  shard: 1,
  shards: 2,
  voidAtRedisMs: 1_790_000_000_000,
  task,
  loopback: null,
  tokensHeader: 'a line\n',
};

function refusalOf(changed: object): PlanRefused {
  try {
    openPlan(sealPlan({ ...plan, ...changed }, sealer), sealer, JOB);
  } catch (error) {
    if (error instanceof PlanRefused) return error;
    throw error;
  }
  throw new Error('it is accepted');
}

test('a plan arrives as it was made, with users, limits without end and the whole scenario', () => {
  expect(openPlan(sealPlan(plan, sealer), sealer, JOB)).toEqual(structuredClone(plan));
});

test('nothing of a sealed plan can be read, and it opens for its shard and key only', () => {
  const sealed = sealPlan(plan, sealer);
  for (const text of [SECRET, 'u3@example.com', JOB.run]) expect(sealed.includes(text)).toBe(false);
  expect(() => openPlan(sealed, sealer, { ...JOB, shard: 0 })).toThrow(NotSealed);
  expect(() => openPlan(sealed, sealer, { ...JOB, run: 'ab13' })).toThrow(NotSealed);
  expect(() => openPlan(sealed, new Sealer(randomBytes(32)), JOB)).toThrow(NotSealed);
});

test('a plan of another version is refused by its name, with the fix', () => {
  expect(refusalOf({ squall: '0.0.9' })).toMatchObject({
    message: `the coordinator is squall 0.0.9, this worker is squall ${VERSION}`,
    fix: 'install the same version of squall on all machines',
  });
  expect(refusalOf({ format: 2 }).message).toContain('the coordinator is squall');
});

test.each([
  [{ epoch: 0 }, 'epoch'],
  [{ shards: 1 }, 'shard: is beyond the number of shards'],
  [{ voidAtRedisMs: 'soon' }, 'voidAtRedisMs'],
  [{ task: { ...task, gateways: [] } }, 'task: lacks a member'],
  [{ task: { ...task, scenario: { ...task.scenario, clients: undefined } } }, 'task: lacks a member'],
  [{ task: { ...task, maxAttemptsPerSecond: -1 } }, 'task: lacks a member'],
  [{ loopback: 3 }, 'loopback'],
  [{ tokensHeader: 3 }, 'tokensHeader'],
])('a plan with %j is refused', (changed, what) => {
  expect(refusalOf(changed).message).toContain(`the shard's plan cannot be read (${what}`);
});
