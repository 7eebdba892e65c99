import { describe, expect, it, onTestFinished } from 'vitest';
import { PLAIN_UPGRADE } from '../live/socket/upgrade-form.ts';
import type { StartedWorker } from '../live/worker/shard-host.ts';
import { VERSION } from '../metrics/version.ts';
import { smallScenario } from '../testing/live-run.ts';
import { Machines, times } from '../testing/many-machines.ts';
import { REDIS_SERVER } from '../testing/redis-server.ts';
import { startRedis } from '../testing/start-redis.ts';
import { planKey } from './keys.ts';
import { PLAN_FORMAT } from './messages.ts';
import { sealPlan } from './plan.ts';
import { listWorkers } from './presence.ts';
import { RedisLink } from './redis-link.ts';
import { Sealer } from './seal.ts';
import { queueName, ShardQueue } from './shard-queue.ts';
import { serveShards } from './worker-service.ts';

const SCENARIO = `
name: placement
duration: 2s
target: { embedded: {} }
tokens: { lifetime: 60s, issued: together }
clients: { count: 750, arrive: { over: 500ms } }
generator: { maxLateness: 10s }
`;

/** A command that starts a process which may open few files: 224 clients fit into a shard of it. */
const FEW_FILES = ['prlimit', '--nofile=300:300'];

/** A wait that is longer than the longest timer of Node, ms. */
const LONG_WAIT_MS = 2 ** 31;

/** A machine with memory for one shard of 6,000 clients. */
const SMALL = {
  descriptorsSoft: 20_000,
  descriptorsHard: 20_000,
  ports: null,
  somaxconn: null,
  cores: 4,
  availableBytes: 600 * 1024 ** 2,
};

async function linkTo(url: string): Promise<RedisLink> {
  const link = await RedisLink.open(url, undefined, {});
  onTestFinished(() => link.close());
  return link;
}

/** Seals the plans of a run with two shards of 6,000 clients, and offers them. */
async function offer(link: RedisLink, sealer: Sealer, run: string): Promise<ShardQueue> {
  const scenario = smallScenario('clients.count=12000');
  for (const shard of [0, 1]) {
    const task = {
      scenario,
      shard,
      shards: 2,
      gateways: [{ port: 80, secure: false, hostName: 'a', authority: 'a', path: '/', address: '192.0.2.1' }],
      upgrade: PLAIN_UPGRADE,
      access: { privateJwk: {}, endpoint: null, refreshSecret: null },
      secrets: [],
      users: null,
      tokensFile: null,
      maxAttemptsPerSecond: Infinity,
      maxRequestsPerSecond: Infinity,
    };
    const rest = { voidAtRedisMs: Date.now() + 60_000, loopback: null, tokensHeader: null };
    const plan = { format: PLAN_FORMAT, squall: VERSION, run, epoch: 1, shard, shards: 2, task, ...rest } as const;
    await link.redis.set(planKey(run, shard), sealPlan(plan, sealer), 'PX', 60_000);
  }
  const queue = await ShardQueue.open(link, queueName(VERSION, sealer.fingerprint));
  onTestFinished(() => queue.close());
  await queue.offer(run, [0, 1]);
  return queue;
}

/** A shard that does nothing until it is ended. */
function idle(): StartedWorker {
  return { send: () => {}, receive: () => {}, result: new Promise(() => {}), end: async () => {} };
}

describe.skipIf(REDIS_SERVER === null)('the shards of a run', () => {
  it('go to the workers that have room for them, in whatever order they ask, and one without room keeps out of their way', async () => {
    const machines = new Machines((await startRedis()).url);
    const narrow = await machines.worker('narrow', { slots: 4, within: FEW_FILES });
    const roomy = await machines.worker('roomy', { slots: 3 });
    const run = machines.coordinator(SCENARIO, '--shards', '3');
    expect([0, 3], run.said()).toContain(await run.ended);
    expect([times(': took ', narrow), times(': took 250 of 750', roomy), times(': done', roomy)]).toEqual([0, 3, 3]);
    expect(times(': left to other workers: 250 clients of each worker process need 326 descriptors', narrow)).toBe(1);
  });

  it('are not taken by two workers of one machine that count on the same memory, and the second says why', async () => {
    const link = await linkTo((await startRedis()).url);
    const sealer = new Sealer(Buffer.alloc(32, 5));
    const leaving = new AbortController();
    const lines: string[] = [];
    const log = (line: string): void => void lines.push(line);
    const served = ['a', 'b'].map(async (name) => {
      const own = await linkTo(link.url);
      const waitMs = LONG_WAIT_MS;
      const parts = { link: own, sealer, name, slots: 2, once: false, waitMs, leaving: leaving.signal };
      return serveShards({ ...parts, log, start: idle, readLimits: () => SMALL });
    });
    const listed = () => listWorkers(link.redis, sealer);
    await expect.poll(async () => (await listed()).map(({ host }) => host)).toEqual(['a', 'b']);
    await offer(link, sealer, 'run');
    await expect.poll(async () => (await listed()).map(({ noRoom }) => noRoom?.run)).toContain('run');
    await expect.poll(() => lines.filter((line) => /: (took|left)/.test(line)).length).toBe(2);
    const workers = await listed();
    expect(workers.map(({ held }) => held).toSorted((x, y) => x.shards - y.shards)).toEqual([
      { shards: 0, clients: 0 },
      { shards: 1, clients: 6000 },
    ]);
    expect(workers.map(({ noRoom }) => noRoom?.why)).toContainEqual(
      expect.stringMatching(/^12000 clients do not fit in 600 MiB of free memory/),
    );
    leaving.abort('the test is over');
    expect((await Promise.all(served)).reduce((sum, { lost }) => sum + lost, 0)).toBe(1);
  });
});
