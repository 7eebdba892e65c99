import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { VERSION } from '../../metrics/version.ts';
import type { Outcome, RunListener } from '../../metrics/run.ts';
import type { ShardHost } from '../../live/worker/shard-host.ts';
import { dialledAddresses } from '../../live/network/dialled.ts';
import { checkFits } from '../../scale/fits.ts';
import { described, freeSlots, refusals, usableOf, type Common } from '../../scale/known-workers.ts';
import { listWorkers, type WorkerEntry } from '../../scale/presence.ts';
import { readRedisClock } from '../../scale/redis-clock.ts';
import { RedisHost } from '../../scale/redis-host.ts';
import { RedisLink } from '../../scale/redis-link.ts';
import { isRefusal, redisRefusal } from '../../scale/redis-refusal.ts';
import { Sealer } from '../../scale/seal.ts';
import { queueName, ShardQueue } from '../../scale/shard-queue.ts';
import { StreamReader } from '../../scale/stream-reader.ts';
import { tooFew } from '../../scale/too-few.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { beforeStop, Interrupted } from '../terminal/interrupts.ts';
import { type OnRedis, SHARDS_MAX } from './on-redis-flags.ts';

/** Interval at which the workers are looked up while some are awaited, ms. */
const LOOK_MS = 250;
/** Interval at which it is said again what is awaited, ms. */
const SAY_EVERY_MS = 10_000;
const RUN_BYTES = 16;

/**
 * Runs on the workers of a Redis, once they are there.
 *
 * @throws RunRefused when there are too few workers after the wait, they cannot hold the run, or Redis cannot be used
 * @throws Interrupted when the signal ends the wait for workers
 */
export async function runOnRedis(
  scenario: Scenario,
  given: OnRedis,
  { signal, listener }: { readonly signal: AbortSignal; readonly listener: RunListener },
  run: (host: ShardHost) => Promise<Outcome>,
): Promise<Outcome> {
  const sealer = Sealer.fromEnvironment(process.env);
  const link = await RedisLink.open(given.url, signal);
  const common: Common = { squall: VERSION, keyFingerprint: sealer.fingerprint };
  const say = (message: string, atMs = 0): void => listener.onEvent({ atMs, kind: 'phase', message });
  const warn = (message: string, atMs = 0): void => listener.onEvent({ atMs, kind: 'warning', message });
  const endsMs = performance.now() + given.waitMs;
  let host: RedisHost;
  try {
    const { shards, workers } = await awaitWorkers(scenario, given, {
      link,
      sealer,
      common,
      signal,
      endsMs,
      say,
      warn,
    });
    for (const warning of checkFits(scenario, await dialledAddresses(scenario), shards, workers)) warn(warning);
    host = new RedisHost({
      link,
      reader: new StreamReader(link),
      queue: await ShardQueue.open(link, queueName(VERSION, sealer.fingerprint)),
      sealer,
      clock: await readRedisClock(link.redis).catch((error: unknown) => {
        throw redisRefusal(link.url, error);
      }),
      run: randomBytes(RUN_BYTES).toString('hex'),
      shards,
      waitMs: given.waitMs,
      takeByMs: endsMs,
      onLoss: given.onLoss,
      listWorkers: async () => await listWorkers(link.redis, sealer),
      common,
      say,
      warn,
    });
  } catch (error) {
    await link.close();
    throw error;
  }
  const stayed = beforeStop(() => host.stopNow());
  try {
    return await run(host);
  } finally {
    stayed();
    await host.close();
  }
}

interface Awaiting {
  readonly link: RedisLink;
  readonly sealer: Sealer;
  readonly common: Common;
  readonly signal: AbortSignal;
  /** instant at which the wait ends, ms of `performance.now` */
  readonly endsMs: number;
  readonly say: (message: string) => void;
  readonly warn: (message: string) => void;
}

/**
 * Waits until there are enough free slots. A Redis that is away meanwhile may come back.
 *
 * @returns the number of shards, and the workers that can take them
 * @throws RunRefused when the wait ends before that
 */
async function awaitWorkers(
  { clients }: Scenario,
  { shards, waitMs }: OnRedis,
  { link, sealer, common, signal, endsMs, say, warn }: Awaiting,
): Promise<{ readonly shards: number; readonly workers: readonly WorkerEntry[] }> {
  const wanted = shards ?? 1;
  const told = new Map<string, number>();
  const tell = (message: string, by: (message: string) => void, everyMs = Infinity): void => {
    if (performance.now() - (told.get(message) ?? -Infinity) < everyMs) return;
    told.set(message, performance.now());
    by(message);
  };
  for (;;) {
    if (signal.aborted) throw new Interrupted('while it waited for workers');
    const isOver = performance.now() >= endsMs;
    const listed = await listWorkers(link.redis, sealer).catch((error: unknown) => {
      if (isOver || isRefusal(error)) throw redisRefusal(link.url, error);
      return null;
    });
    if (listed === null) tell('waiting for Redis, which is away', say, SAY_EVERY_MS);
    else {
      const workers = usableOf(listed, common);
      const free = freeSlots(workers);
      if (free >= wanted) return { shards: shards ?? Math.min(free, clients.count, SHARDS_MAX), workers };
      for (const refusal of refusals(listed, common)) tell(refusal, warn);
      const who = described(listed, common);
      tell(`waiting for workers: ${free} of ${wanted} slots are free; ${who}`, say, SAY_EVERY_MS);
      if (isOver) {
        const missing = Array.from({ length: wanted - free }, (_, n) => free + n + 1);
        throw tooFew(missing, wanted, waitMs, who);
      }
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}
