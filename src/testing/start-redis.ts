import { onTestFinished } from 'vitest';
import { launchRedis, type RedisOptions, type TestRedis } from './redis-server.ts';

/** Starts a Redis, which ends with the test that started it. */
export async function startRedis(options: RedisOptions = {}): Promise<TestRedis> {
  const redis = await launchRedis(options);
  onTestFinished(() => redis.stop());
  return redis;
}
