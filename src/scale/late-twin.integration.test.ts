import { Queue } from 'bullmq';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { VERSION } from '../metrics/version.ts';
import { Machines, times } from '../testing/many-machines.ts';
import { REDIS_SERVER } from '../testing/redis-server.ts';
import { startRedis } from '../testing/start-redis.ts';
import { workersOf } from '../testing/worker-processes.ts';
import { holderKey, QUEUE } from './keys.ts';
import { RedisLink } from './redis-link.ts';
import { Sealer } from './seal.ts';
import { queueName } from './shard-queue.ts';

const SECRET = Buffer.alloc(32, 1);
const SCENARIO = `
name: late-twin
duration: 5m
target: { embedded: {} }
tokens: { lifetime: 10m }
clients: { count: 40, arrive: { over: 1s }, commands: { rate: 1/s } }
`;

describe.skipIf(REDIS_SERVER === null)('a shard that has two holders', () => {
  it('is counted once: the load of a worker that stands still ends, the worker is fenced off when it wakes, and a second holder ends before it starts', async () => {
    const redis = await startRedis();
    const machines = new Machines(redis.url, SECRET.toString('base64'));
    const workers = await Promise.all(['a', 'b', 'c'].map((name) => machines.worker(name)));
    const run = machines.coordinator(SCENARIO, '--shards', '2');
    await run.says(/ready 40\/40/);
    const holders = workers.filter(({ said }) => said().includes(': took'));
    const [stopped, other] = holders;
    const spare = workers.find((worker) => !holders.includes(worker));
    if (stopped === undefined || other === undefined || spare === undefined)
      throw new Error('not two workers hold shards');
    stopped.kill('SIGSTOP');
    onTestFinished(() => stopped.kill('SIGCONT'));
    await run.says(/was lost \(nothing heard of it for [45] s\)/);
    // Somebody gives the shard out again.
    const link = await RedisLink.open(redis.url, undefined, {});
    onTestFinished(() => link.close());
    const [, id = ''] =
      /squall:([0-9a-f]{32}):holder/.exec((await link.redis.keys('squall:*:holder:*')).join('\n')) ?? [];
    const queue = new Queue(queueName(VERSION, new Sealer(SECRET).fingerprint), {
      connection: { url: redis.url },
      prefix: QUEUE.prefix,
    });
    onTestFinished(() => queue.close());
    const shard = /shard 1/.test(stopped.said()) ? 0 : 1;
    await queue.add('shard', { run: id, shard }, { jobId: 'again' });
    await spare.says(/: it is held elsewhere/);
    // Redis loses who holds the other shard, as one that fails over may.
    await link.redis.del(holderKey(id, 1 - shard));
    await queue.add('shard', { run: id, shard: 1 - shard }, { jobId: 'once-more' });
    await spare.says(/: lost: another worker holds this shard/);
    // Its load has ended without it.
    await vi.waitFor(() => expect(workersOf(stopped.pid)).toEqual([]), 60_000);
    stopped.kill('SIGCONT');
    await stopped.says(/: (?:lost: its process died by itself|ended by the coordinator: nothing heard of it for)/);
    // The run ends when all of that has happened, however slow the machine is.
    run.kill('SIGINT');
    await other.says(/: done$/);
    expect([await run.ended, times(': starts', spare), times(': done', other)]).toEqual([130, 0, 1]);
    const { integrity, clients, attempts } = await run.summary();
    expect(integrity.map(({ kind }) => kind)).toEqual(['shard-lost']);
    expect([attempts.total, clients.started]).toEqual([40, 40]);
  });
});
