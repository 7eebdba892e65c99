import type { Redis } from 'ioredis';
import { sharedNowMs } from '../metrics/wall-clock.ts';
import type { ClockReading } from './messages.ts';

/** Round trips of which the fastest counts. */
const ROUND_TRIPS = 15;

/** One round trip of `TIME`. */
export interface ClockSample {
  /** instants of this machine's monotonic clock, ms */
  readonly sentMs: number;
  readonly receivedMs: number;
  /** Redis time, ms since the Unix epoch */
  readonly redisMs: number;
}

/**
 * Takes the fastest of some round trips: Redis read its clock at some instant between sending and receiving, so the
 * middle is wrong by half the round trip at most.
 *
 * @example bestReading([{ sentMs: 10, receivedMs: 14, redisMs: 1012 }]) // { offsetMs: 1000, errorMs: 2 }
 */
export function bestReading(samples: readonly ClockSample[]): ClockReading {
  const best = samples.reduce((a, b) => (b.receivedMs - b.sentMs < a.receivedMs - a.sentMs ? b : a));
  const errorMs = (best.receivedMs - best.sentMs) / 2;
  return { offsetMs: best.redisMs - best.sentMs - errorMs, errorMs };
}

/**
 * Reads the clock of Redis.
 *
 * @throws Error when Redis answers with something else than a time
 */
export async function readRedisClock(redis: Pick<Redis, 'time'>, roundTrips = ROUND_TRIPS): Promise<ClockReading> {
  const samples: ClockSample[] = [];
  for (let n = 0; n < roundTrips; n++) {
    const sentMs = sharedNowMs();
    const redisMs = await readRedisTime(redis);
    samples.push({ sentMs, receivedMs: sharedNowMs(), redisMs });
  }
  return bestReading(samples);
}

/**
 * Reads the time of Redis, ms since the Unix epoch.
 *
 * @throws Error when Redis answers with something else than a time
 */
export async function readRedisTime(redis: Pick<Redis, 'time'>): Promise<number> {
  return timeOf(await redis.time());
}

/** Converts an instant of Redis time to this machine's monotonic clock, ms. */
export function sharedMsAt(redisMs: number, { offsetMs }: ClockReading): number {
  return redisMs - offsetMs;
}

/** Converts an instant of this machine's monotonic clock to Redis time, ms since the Unix epoch. */
export function redisMsAt(sharedMs: number, { offsetMs }: ClockReading): number {
  return sharedMs + offsetMs;
}

/** Reads the answer to `TIME`: seconds and microseconds. */
function timeOf(answer: unknown): number {
  const parts: readonly unknown[] = Array.isArray(answer) ? answer : [];
  const [seconds, micros] = parts.map(Number);
  const ms = (seconds ?? Number.NaN) * 1000 + (micros ?? Number.NaN) / 1000;
  if (!Number.isFinite(ms)) throw new Error('Redis answered TIME with something else than a time');
  return ms;
}
