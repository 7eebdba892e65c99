import { describe, expect, it, onTestFinished } from 'vitest';
import { REDIS_SERVER } from '../testing/redis-server.ts';
import { startRedis } from '../testing/start-redis.ts';
import { workerKey, WORKERS_KEY } from './keys.ts';
import { listWorkers, Presence, type WorkerEntry } from './presence.ts';
import { RedisLink } from './redis-link.ts';
import { encode } from './wire.ts';

const ENTRY: WorkerEntry = {
  id: 'w1',
  host: 'host-b',
  squall: '1.0.0',
  node: 'v20.0.0',
  slots: 4,
  free: 3,
  limits: {
    descriptorsSoft: Infinity,
    descriptorsHard: null,
    ports: { low: 32_768, high: 60_999 },
    somaxconn: 4096,
    cores: 4,
    availableBytes: 8e9,
  },
  clock: { offsetMs: 1.8e12, errorMs: 0.2 },
  keyFingerprint: '0123456789abcdef',
  loopback: 'boot net:[1]',
};

async function opened(url: string): Promise<RedisLink> {
  const link = await RedisLink.open(url, undefined, {});
  onTestFinished(() => link.close());
  return link;
}

describe.skipIf(REDIS_SERVER === null)('the presence of workers', () => {
  it('lists workers as they are now, by host, after a Redis that came back empty too, until they stop or fall silent', async () => {
    const redis = await startRedis();
    const link = await opened(redis.url);
    let free = 3;
    const one = new Presence(link, () => ({ ...ENTRY, free }));
    const two = new Presence(link, () => ({ ...ENTRY, id: 'w2', host: 'host-a' }));
    onTestFinished(() => two.stop());
    const listed = async (): Promise<unknown> => (await listWorkers(link.redis)).map(({ id, free: now }) => [id, now]);
    await Promise.all([one.announce(), two.announce()]);
    expect((await listWorkers(link.redis))[1]).toEqual({ ...ENTRY, wallAheadMs: expect.any(Number) as number });
    free = 2;
    await expect.poll(listed).toEqual([
      ['w2', 3],
      ['w1', 2],
    ]);
    await redis.kill();
    await redis.restart();
    await expect.poll(listed).toEqual([
      ['w2', 3],
      ['w1', 2],
    ]);
    expect(await link.redis.pttl(workerKey('w1'))).toBeLessThanOrEqual(5000);
    await one.stop();
    expect(await listed()).toEqual([['w2', 3]]);
    await link.redis.del(workerKey('w2'));
    expect(await link.redis.zcard(WORKERS_KEY)).toBe(1);
  });

  it('leaves out entries that are none, and cleans the texts of the others', async () => {
    const redis = await startRedis();
    const link = await opened(redis.url);
    const put = async (id: string, value: Buffer): Promise<void> => {
      await link.redis.zadd(WORKERS_KEY, 1, id);
      await link.redis.set(workerKey(id), value);
    };
    await put('rubbish', Buffer.from('rubbish'));
    await put('other', encode({ ...ENTRY, wallAheadMs: 0, slots: -1 }));
    await put('vast', encode({ ...ENTRY, wallAheadMs: 0, slots: 1001 }));
    await put('absurd', encode({ ...ENTRY, wallAheadMs: 0, limits: { ...ENTRY.limits, cores: Number.NaN } }));
    await put('long', Buffer.alloc(100_000));
    await put('bomb', encode({ ...ENTRY, wallAheadMs: 0, host: 'a'.repeat(10_000_000) }));
    await put(
      'odd',
      encode({ ...ENTRY, wallAheadMs: 0, host: `\u001b[31mevil\n${'x'.repeat(1000)}`, extra: 'member' }),
    );
    const workers = await listWorkers(link.redis);
    expect(workers).toHaveLength(1);
    expect(workers[0]).toEqual({ ...ENTRY, wallAheadMs: 0, host: `[31mevil ${'x'.repeat(191)}` });
  });
});
