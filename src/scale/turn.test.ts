import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RedisLink } from './redis-link.ts';
import { Turn } from './turn.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A Redis with the commands that a turn needs, whose keys expire by the clock of the test. */
class KeysOnly {
  readonly #keys = new Map<string, { value: string; endsMs: number }>();
  isAway = false;

  get link(): Pick<RedisLink, 'redis'> {
    const redis = {
      set: async (key: string, value: string, _px: 'PX', ttlMs: number, _nx: 'NX') => {
        if (this.now(key) !== null) return null;
        this.#keys.set(key, { value, endsMs: Date.now() + ttlMs });
        return 'OK';
      },
      get: async (key: string) => this.now(key),
      del: async (key: string) => Number(this.#keys.delete(key)),
      pexpire: async (key: string, ttlMs: number) => {
        const found = this.#keys.get(key);
        if (found !== undefined) found.endsMs = Date.now() + ttlMs;
      },
    };
    return { redis: redis as unknown as RedisLink['redis'] };
  }

  now(key: string): string | null {
    if (this.isAway) throw new Error('away');
    const found = this.#keys.get(key);
    return found === undefined || found.endsMs <= Date.now() ? null : found.value;
  }

  put(key: string, value: string): void {
    this.#keys.set(key, { value, endsMs: Infinity });
  }
}

const RUN = '1a2b3c4d5e6f';
const OTHER = '99999999ffff';

describe('the turn of a coordinator', () => {
  it('is one at a time, and the others learn whose it is', async () => {
    const { link } = new KeysOnly();
    const first = await Turn.take(link, 'q', RUN, 'host-a');
    expect(first).toBeInstanceOf(Turn);
    expect(await Turn.take(link, 'q', OTHER, 'host-b')).toBe('run 1a2b3c4d of host-a');
    expect(await Turn.take(link, 'another queue', OTHER, 'host-b')).toBeInstanceOf(Turn);
    await (first as Turn).release();
    expect(await Turn.take(link, 'q', OTHER, 'host-b')).toBeInstanceOf(Turn);
  });

  it('lasts as long as its coordinator prolongs it', async () => {
    const redis = new KeysOnly();
    await Turn.take(redis.link, 'q', RUN, 'host-a');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await Turn.take(redis.link, 'q', OTHER, 'host-b')).toBe('run 1a2b3c4d of host-a');
    redis.isAway = true;
    await vi.advanceTimersByTimeAsync(6000);
    redis.isAway = false;
    expect(await Turn.take(redis.link, 'q', OTHER, 'host-b')).toBeInstanceOf(Turn);
  });

  it('ends no other one, nor anything while Redis is away', async () => {
    const redis = new KeysOnly();
    const late = (await Turn.take(redis.link, 'q', RUN, 'host-a')) as Turn;
    redis.put('squall:turn:q', `${OTHER} host-b`);
    await late.release();
    expect(redis.now('squall:turn:q')).toBe(`${OTHER} host-b`);
    const lost = (await Turn.take(redis.link, 'p', RUN, 'host-a')) as Turn;
    redis.isAway = true;
    await vi.advanceTimersByTimeAsync(2000);
    await expect(lost.release()).resolves.toBeUndefined();
  });

  it.each([
    ['nonsense', 'another run'],
    ['', 'another run'],
    [`${RUN} evil\u001b[31m\nhost`, 'run 1a2b3c4d of evil[31m host'],
    [`${RUN} ${'h'.repeat(500)}`, `run 1a2b3c4d of ${'h'.repeat(100)}`],
  ])('cleans what Redis says of it: %j', async (value, text) => {
    const redis = new KeysOnly();
    redis.put('squall:turn:q', value);
    expect(await Turn.take(redis.link, 'q', OTHER)).toBe(text);
  });
});
