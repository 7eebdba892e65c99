import { randomBytes } from 'node:crypto';
import { VERSION } from '../../metrics/version.ts';
import type { Outcome, RunListener } from '../../metrics/run.ts';
import type { ShardHost } from '../../live/worker/shard-host.ts';
import { dialledAddresses } from '../../live/network/dialled.ts';
import { checkFits } from '../../scale/fits.ts';
import type { Common } from '../../scale/known-workers.ts';
import { listWorkers } from '../../scale/presence.ts';
import { readRedisClock } from '../../scale/redis-clock.ts';
import { RedisHost } from '../../scale/redis-host.ts';
import { RedisLink } from '../../scale/redis-link.ts';
import { redisRefusal } from '../../scale/redis-refusal.ts';
import { Sealer } from '../../scale/seal.ts';
import { queueName, ShardQueue } from '../../scale/shard-queue.ts';
import { StreamReader } from '../../scale/stream-reader.ts';
import type { Turn } from '../../scale/turn.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { beforeStop } from '../terminal/interrupts.ts';
import { awaitWorkers } from './await-workers.ts';
import type { OnRedis } from './on-redis-flags.ts';

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
  let turn: Turn | null = null;
  try {
    const id = randomBytes(RUN_BYTES).toString('hex');
    const queue = queueName(VERSION, sealer.fingerprint);
    const shared = { link, sealer, common, say, warn };
    const awaited = await awaitWorkers(scenario, given, { ...shared, queue, run: id, signal, endsMs });
    const { shards, workers } = awaited;
    turn = awaited.turn;
    for (const warning of checkFits(scenario, await dialledAddresses(scenario), shards, workers)) warn(warning);
    host = new RedisHost({
      ...shared,
      reader: new StreamReader(link),
      queue: await ShardQueue.open(link, queue),
      clock: await readRedisClock(link.redis).catch((error: unknown) => {
        throw redisRefusal(link.url, error);
      }),
      run: id,
      shards,
      waitMs: given.waitMs,
      takeByMs: endsMs,
      onLoss: given.onLoss,
      turn,
      listWorkers: async () => await listWorkers(link.redis, sealer),
    });
  } catch (error) {
    await turn?.release();
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
