import { setTimeout as sleep } from 'node:timers/promises';
import { RunRefused } from '../../live/refused.ts';
import { VERSION } from '../../metrics/version.ts';
import { listWorkers, wallAheadMs } from '../../scale/presence.ts';
import { readRedisClock } from '../../scale/redis-clock.ts';
import { RedisLink } from '../../scale/redis-link.ts';
import { isRefusal, redisRefusal } from '../../scale/redis-refusal.ts';
import { KEY_VARIABLE, Sealer } from '../../scale/seal.ts';
import { workersReport, type WorkersReport } from './workers-report.ts';

/** Wait between two looks, ms. */
const LOOK_MS = 500;

interface Wanted {
  readonly slots: number;
  /** null: any number */
  readonly clients: number | null;
  /** time in which Redis and the workers may still come, ms; 0: one look */
  readonly waitMs: number;
}

/**
 * Lists the workers on a Redis, and waits until there are enough, or the time is over.
 *
 * @throws RunRefused when Redis cannot be used, or SQUALL_KEY is none
 */
export async function workersOn(url: string, wanted: Wanted, env = process.env): Promise<WorkersReport> {
  const sealer = env[KEY_VARIABLE] === undefined ? null : Sealer.fromEnvironment(env);
  const untilMs = performance.now() + wanted.waitMs;
  const link = await linkBefore(url, untilMs);
  try {
    for (;;) {
      const report = await reportOf(link, wanted, sealer);
      if (report.ok || performance.now() >= untilMs) return report;
      await sleep(LOOK_MS);
    }
  } finally {
    await link.close();
  }
}

/** Connects to Redis, again and again while nobody answers and there is time. */
async function linkBefore(url: string, untilMs: number): Promise<RedisLink> {
  for (;;) {
    try {
      return await RedisLink.open(url);
    } catch (error) {
      const mayCome = error instanceof RunRefused && error.code === 'no-answer';
      if (!mayCome || performance.now() >= untilMs) throw error;
      await sleep(LOOK_MS);
    }
  }
}

async function reportOf(link: RedisLink, wanted: Wanted, sealer: Sealer | null): Promise<WorkersReport> {
  const { redis } = link;
  try {
    const clock = await readRedisClock(redis);
    return workersReport(
      {
        redis: link.url,
        squall: VERSION,
        clock,
        aheadMs: wallAheadMs(clock),
        keyFingerprint: sealer?.fingerprint ?? null,
        slotsWanted: wanted.slots,
        clientsWanted: wanted.clients,
      },
      await listWorkers(redis, sealer),
    );
  } catch (error) {
    if (isRefusal(error)) throw redisRefusal(link.url, error);
    const why = error instanceof Error ? error.message : String(error);
    throw new RunRefused('no-answer', `${link.url}: Redis was lost (${why})`, 'look after it, and try again');
  }
}
