import { describe, expect, it, onTestFinished } from 'vitest';
import { REDIS_AUTHORITY, REDIS_SERVER } from '../testing/redis-server.ts';
import { startRedis } from '../testing/start-redis.ts';
import { RedisLink } from './redis-link.ts';

const RULES = 'resetchannels ~squall:* &squall:* +@all -@dangerous +info';

async function open(url: string, env: NodeJS.ProcessEnv = {}): Promise<RedisLink> {
  const link = await RedisLink.open(url, undefined, env);
  onTestFinished(() => link.close());
  return link;
}

function heard(link: RedisLink, event: 'up' | 'down'): Promise<void> {
  return new Promise((resolve) => {
    const unhear = link.on(event, () => {
      unhear();
      resolve();
    });
  });
}

describe.skipIf(REDIS_SERVER === null)('RedisLink', () => {
  it('says once that Redis has no memory left, with the fix, and again after it had some', async () => {
    const redis = await startRedis();
    const link = await open(redis.url);
    const refusals: string[] = [];
    link.onRefusal(({ message, fix }) => void refusals.push(`${message}; ${fix}`));
    const append = (): Promise<void> => link.append('squall:stream', Buffer.from('x'), 1000);
    await link.redis.config('SET', 'maxmemory', '1');
    for (let n = 0; n < 3; n++) await expect(append()).rejects.toThrow('OOM');
    expect(refusals).toEqual([expect.stringMatching(/Redis has no memory left.*; raise its maxmemory/)]);
    await link.redis.config('SET', 'maxmemory', '0');
    await append();
    await link.redis.config('SET', 'maxmemory', '1');
    await expect(append()).rejects.toThrow('OOM');
    expect(refusals).toHaveLength(2);
  });

  it('rejects commands while Redis is away, and comes back by itself, to a Redis that lost everything', async () => {
    const redis = await startRedis();
    const link = await open(redis.url);
    await link.redis.set('squall:kept', 'yes');
    expect(link.downMs).toBe(0);
    const [down, answered] = [heard(link, 'down'), link.answeredMs];
    await redis.kill();
    await down;
    await expect(link.redis.get('squall:kept')).rejects.toThrow('enableOfflineQueue');
    expect(link.downMs).toBeGreaterThan(0);
    const up = heard(link, 'up');
    await redis.restart();
    await up;
    expect([await link.redis.get('squall:kept'), link.downMs]).toEqual([null, 0]);
    expect(link.answeredMs).toBeGreaterThanOrEqual(answered);
  });

  it('finds what a Redis with a disk has kept', async () => {
    const redis = await startRedis({ keepsData: true });
    const link = await open(redis.url);
    await link.redis.set('squall:kept', 'yes');
    await redis.kill();
    const up = heard(link, 'up');
    await redis.restart();
    await up;
    expect(await link.redis.get('squall:kept')).toBe('yes');
  });

  it('notices a Redis that holds its connections and answers nothing', async () => {
    const redis = await startRedis();
    const link = await open(redis.url);
    const down = heard(link, 'down');
    redis.pause();
    await down;
    const stood = link.answeredMs;
    const up = heard(link, 'up');
    redis.resume();
    await up;
    expect(link.answeredMs - stood).toBeLessThan(1000);
  });

  it('names a wrong password, a missing one, and a port on which nothing listens, and never quotes the password', async () => {
    const redis = await startRedis({ password: 'right-one' });
    const wrong = redis.url.replace('//', '//:wrong-one@');
    for (const url of [wrong, redis.url]) {
      const error = await open(url).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'no-answer', message: `${redis.url}/0: Redis refused user or password` });
      expect(JSON.stringify(error)).not.toContain('wrong-one');
    }
    const link = await open(redis.url, { SQUALL_REDIS_PASSWORD: 'right-one' });
    expect([link.url, await link.redis.ping()]).toEqual([`${redis.url}/0`, 'PONG']);
    await redis.kill();
    await expect(open(redis.url)).rejects.toThrow('nothing listens there');
  });

  it('logs in as a user with rights to its own keys alone, over TLS by a private authority', async () => {
    const user = { name: 'squall-user', password: 'p/w:1', rules: RULES };
    const redis = await startRedis({ tls: true, user });
    const url = redis.url.replace('//', '//squall-user@');
    const env = { SQUALL_REDIS_PASSWORD: 'p/w:1' };
    await expect(open(url, env)).rejects.toThrow('the certificate is not trusted');
    const link = await open(url, { ...env, SQUALL_REDIS_CA: REDIS_AUTHORITY });
    await link.append('squall:a:to:0:1', Buffer.from('x'), 1000);
    await expect(link.redis.get('another:key')).rejects.toThrow('NOPERM');
    const plain = open(redis.url.replace('rediss:', 'redis:'), env);
    await expect(plain).rejects.toMatchObject({ fix: expect.stringContaining('with TLS just where') as string });
  });
});
