import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { REDIS_SERVER } from '../testing/redis-server.ts';
import { startRedis } from '../testing/start-redis.ts';
import { openChannel, type Channel } from './channel.ts';
import { fromSlotKey, toSlotKey } from './keys.ts';
import { RedisLink } from './redis-link.ts';
import { Sealer } from './seal.ts';
import { StreamReader } from './stream-reader.ts';

interface Numbered {
  readonly type: 'numbered';
  readonly n: number;
  readonly secret: string;
}

const sealer = new Sealer(Buffer.alloc(32, 1));
const [TO, FROM] = [toSlotKey('run', 0, 1), fromSlotKey('run', 0, 1)];
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

async function opened(url: string): Promise<{ link: RedisLink; reader: StreamReader }> {
  const link = await RedisLink.open(url, undefined, {});
  const reader = new StreamReader(link);
  onTestFinished(async () => {
    await reader.close();
    await link.close();
  });
  return { link, reader };
}

/** One side of a channel on a connection of its own, and the numbers that it received. */
async function side(
  url: string,
  out: string,
  from: string,
): Promise<{ channel: Channel<Numbered, Numbered>; got: number[] }> {
  const parts = { ...(await opened(url)), sealer, out, in: from, about: 'run 0 1', ttlMs: 60_000 };
  const channel = openChannel<Numbered, Numbered>(parts);
  onTestFinished(() => channel.close());
  const got: number[] = [];
  channel.receive(({ n }) => got.push(n));
  return { channel, got };
}

describe.skipIf(REDIS_SERVER === null)('a channel over a real Redis', () => {
  it('loses and doubles nothing over kill -9 of Redis, which comes back empty, and while Redis holds its connections', async () => {
    const redis = await startRedis();
    const a = await side(redis.url, TO, FROM);
    const b = await side(redis.url, FROM, TO);
    let sent = 0;
    const sending = setInterval(() => {
      const message: Numbered = { type: 'numbered', n: sent++, secret: 'not-for-redis' };
      a.channel.send(message);
      b.channel.send(message);
    }, 5);
    onTestFinished(() => clearInterval(sending));
    const arrived = (): Promise<void> => {
      const mark = sent;
      return vi.waitFor(() => expect(Math.min(a.got.length, b.got.length)).toBeGreaterThan(mark), 30_000);
    };
    await arrived();
    for (let n = 0; n < 2; n++) {
      await redis.kill();
      await redis.restart();
      await arrived();
    }
    redis.pause();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    redis.resume();
    await arrived();
    clearInterval(sending);
    expect([await a.channel.flushed(20_000), await b.channel.flushed(20_000)]).toEqual([true, true]);
    expect([a.got, b.got]).toEqual([upTo(sent), upTo(sent)]);
    expect([a.channel.ignored, b.channel.ignored]).toEqual([0, 0]);
  });

  it('keeps few entries in Redis, for a limited time, without a readable word', async () => {
    const redis = await startRedis();
    const a = await side(redis.url, TO, FROM);
    const { link } = await opened(redis.url);
    const secret = 'not-for-redis '.repeat(1000);
    for (let n = 0; n < 200; n++) {
      a.channel.send({ type: 'numbered', n, secret });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await vi.waitFor(async () => expect(await link.redis.xlen(TO)).toBeGreaterThan(10));
    expect(await link.redis.xlen(TO)).toBeLessThanOrEqual(130);
    expect(await link.redis.pttl(TO)).toBeGreaterThan(50_000);
    const entries = await link.redis.xrangeBuffer(TO, '-', '+');
    for (const word of ['numbered', 'secret', 'not-for-redis', 'run 0 1'])
      expect(entries.some(([, fields]) => fields.some((field) => field.includes(word)))).toBe(false);
  });

  it('ignores what others write into its streams', async () => {
    const redis = await startRedis();
    const b = await side(redis.url, FROM, TO);
    const { link } = await opened(redis.url);
    for (let n = 0; n < 5; n++) await link.append(TO, Buffer.from('rubbish'), 1000);
    await link.redis.xadd(TO, '*', 'a', '1', 'b', '2');
    const a = await side(redis.url, TO, FROM);
    a.channel.send({ type: 'numbered', n: 0, secret: '' });
    await vi.waitFor(() => expect(b.got).toEqual([0]));
    expect(b.channel.ignored).toBe(6);
  });
});
