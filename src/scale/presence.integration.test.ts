import { describe, expect, it, onTestFinished } from 'vitest';
import { REDIS_SERVER } from '../testing/redis-server.ts';
import { startRedis } from '../testing/start-redis.ts';
import { machineKey, workerKey, WORKERS_KEY } from './keys.ts';
import { refusals, usableOf } from './known-workers.ts';
import { listWorkers, Presence, type WorkerEntry } from './presence.ts';
import { readRedisTime } from './redis-clock.ts';
import { RedisLink } from './redis-link.ts';
import { Sealer } from './seal.ts';
import { encode } from './wire.ts';

const SEALER = new Sealer(Buffer.alloc(32, 3));

const ENTRY: WorkerEntry = {
  id: 'w1',
  host: 'host-b',
  squall: '1.0.0',
  node: 'v20.0.0',
  slots: 4,
  free: 3,
  held: { shards: 1, clients: 500 },
  limits: {
    descriptorsSoft: Infinity,
    descriptorsHard: null,
    ports: { low: 32_768, high: 60_999 },
    somaxconn: 4096,
    cores: 4,
    availableBytes: 8e9,
  },
  clock: { offsetMs: 1.8e12, errorMs: 0.2 },
  keyFingerprint: SEALER.fingerprint,
  loopback: 'boot net:[1]',
  noRoom: { run: 'r1', why: 'too many' },
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
    const one = new Presence(link, SEALER, () => ({ ...ENTRY, free }));
    const two = new Presence(link, SEALER, () => ({ ...ENTRY, id: 'w2', host: 'host-a', loopback: 'other' }));
    onTestFinished(() => two.stop());
    const listed = async (list = WORKERS_KEY): Promise<unknown> =>
      (await listWorkers(link.redis, SEALER, list)).map(({ id, free: now }) => [id, now]);
    await Promise.all([one.announce(), two.announce()]);
    const number = expect.any(Number) as number;
    expect((await listWorkers(link.redis, SEALER))[1]).toEqual({
      ...ENTRY,
      wallAheadMs: number,
      atRedisMs: number,
      isGenuine: true,
    });
    expect(await listed(machineKey(ENTRY.loopback))).toEqual([['w1', 3]]);
    free = 2;
    await expect
      .poll(() => listed())
      .toEqual([
        ['w2', 3],
        ['w1', 2],
      ]);
    await redis.kill();
    await redis.restart();
    await expect
      .poll(() => listed())
      .toEqual([
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
    const put = putOn(link);
    const rest = { wallAheadMs: 0, atRedisMs: 0 };
    await put('rubbish', Buffer.from('rubbish'));
    await put('other', signed({ ...ENTRY, ...rest, slots: -1 }));
    await put('vast', signed({ ...ENTRY, ...rest, slots: 1001 }));
    await put('absurd', signed({ ...ENTRY, ...rest, limits: { ...ENTRY.limits, cores: Number.NaN } }));
    await put('long', Buffer.alloc(100_000));
    await put('bomb', signed({ ...ENTRY, ...rest, host: 'a'.repeat(10_000_000) }));
    await put('odd', signed({ ...ENTRY, ...rest, host: `\u001b[31mevil\n${'x'.repeat(1000)}`, extra: 'member' }));
    const workers = await listWorkers(link.redis, null);
    expect(workers).toEqual([{ ...ENTRY, ...rest, host: `[31mevil ${'x'.repeat(191)}`, isGenuine: true }]);
  });

  it('knows which entries its key signed for that worker lately, and believes those of other keys', async () => {
    const redis = await startRedis();
    const link = await opened(redis.url);
    const put = putOn(link);
    const at = async (agoMs: number) => ({ wallAheadMs: 0, atRedisMs: (await readRedisTime(link.redis)) - agoMs });
    const now = { ...ENTRY, ...(await at(0)) };
    await put('genuine', signed({ ...now, id: 'genuine' }));
    // What somebody without the key can write: entries made up, changed, moved to another id, or kept for later.
    await put('made-up', signed({ ...now, id: 'made-up' }, new Sealer(Buffer.alloc(32, 4))));
    const changed = signed({ ...now, id: 'changed' });
    changed[changed.length - 2] = changed[changed.length - 2]! ^ 1;
    await put('changed', changed);
    await put('moved', signed({ ...now, id: 'genuine' }));
    await put('kept', signed({ ...now, ...(await at(10_000)), id: 'kept' }));
    await put('other', signed({ ...now, id: 'other', keyFingerprint: 'another' }, new Sealer(Buffer.alloc(32, 4))));
    const listed = await listWorkers(link.redis, SEALER);
    const seen = Object.fromEntries(listed.map(({ id, isGenuine }, index) => [`${id} ${index}`, isGenuine]));
    expect(Object.entries(seen).filter(([, isGenuine]) => isGenuine)).toHaveLength(2);
    expect(usableOf(listed, { squall: ENTRY.squall, keyFingerprint: SEALER.fingerprint }).map(({ id }) => id)).toEqual([
      'genuine',
    ]);
    expect(refusals(listed, { squall: ENTRY.squall, keyFingerprint: SEALER.fingerprint })).toEqual([
      expect.stringContaining('host-b is no worker: its entry is not signed with this SQUALL_KEY'),
      'host-b has another SQUALL_KEY: give it the same one',
    ]);
  });
});

/** Puts an entry into Redis, as anybody can who writes to it. */
function putOn({ redis }: RedisLink): (id: string, value: Buffer) => Promise<void> {
  return async (id, value) => {
    await redis.zadd(WORKERS_KEY, 1, id);
    await redis.set(workerKey(id), value);
  };
}

/** An entry as its worker signs it. */
function signed(entry: { readonly id: string; readonly [member: string]: unknown }, sealer = SEALER): Buffer {
  const bytes = encode(entry);
  return Buffer.concat([sealer.sign(`presence ${entry.id}`, bytes), bytes]);
}
