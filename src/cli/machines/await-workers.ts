import { setTimeout as sleep } from 'node:timers/promises';
import { RunRefused } from '../../live/refused.ts';
import { described, freeSlots, refusals, usableOf, type Common } from '../../scale/known-workers.ts';
import { listWorkers, type WorkerEntry } from '../../scale/presence.ts';
import type { RedisLink } from '../../scale/redis-link.ts';
import { isRefusal, redisRefusal } from '../../scale/redis-refusal.ts';
import type { Sealer } from '../../scale/seal.ts';
import { tooFew } from '../../scale/too-few.ts';
import { Turn } from '../../scale/turn.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { Interrupted } from '../terminal/interrupts.ts';
import { type OnRedis, SHARDS_MAX } from './on-redis-flags.ts';

/** Interval at which the workers are looked up while some are awaited, ms. */
const LOOK_MS = 250;
/** Interval at which it is said again what is awaited, ms. */
const SAY_EVERY_MS = 10_000;

/** A run that awaits workers. */
interface Awaiting {
  readonly link: RedisLink;
  readonly sealer: Sealer;
  readonly common: Common;
  /** name of the queue of its shards */
  readonly queue: string;
  /** id of the run */
  readonly run: string;
  readonly signal: AbortSignal;
  /** instant at which the wait ends, ms of `performance.now` */
  readonly endsMs: number;
  readonly say: (message: string) => void;
  readonly warn: (message: string) => void;
}

/** Workers with enough free slots, which no other run takes until the turn is released. */
interface Awaited {
  readonly shards: number;
  readonly workers: readonly WorkerEntry[];
  readonly turn: Turn;
}

/**
 * Waits until there are enough free slots, and for the turn to take them. A Redis that is away meanwhile may come back.
 *
 * @throws RunRefused when the wait ends before that
 * @throws Interrupted when the signal ends it
 */
export async function awaitWorkers(
  { clients }: Scenario,
  { shards, waitMs }: Pick<OnRedis, 'shards' | 'waitMs'>,
  { link, sealer, common, queue, run, signal, endsMs, say, warn }: Awaiting,
): Promise<Awaited> {
  const wanted = shards ?? 1;
  const told = new Map<string, number>();
  const tell = (message: string, by: (message: string) => void, everyMs = Infinity): void => {
    if (performance.now() - (told.get(message) ?? -Infinity) < everyMs) return;
    told.set(message, performance.now());
    by(message);
  };
  let turn: Turn | string | null = null;
  try {
    for (;;) {
      if (signal.aborted) throw new Interrupted('while it waited for workers');
      const isOver = performance.now() >= endsMs;
      const listed = await unlessAway(link, isOver, () => listWorkers(link.redis, sealer));
      const workers = usableOf(listed ?? [], common);
      const free = freeSlots(workers);
      if (free < wanted && turn instanceof Turn) {
        await turn.release();
        turn = null;
      }
      if (listed === null) tell('waiting for Redis, which is away', say, SAY_EVERY_MS);
      else if (free >= wanted) {
        if (turn instanceof Turn) return { shards: shards ?? Math.min(free, clients.count, SHARDS_MAX), workers, turn };
        turn = await unlessAway(link, isOver, () => Turn.take(link, queue, run));
        // The workers are looked up again, since the run before may just have taken their slots.
        if (turn instanceof Turn) continue;
        if (turn !== null) tell(`waiting for ${turn}, which is taking slots of these workers`, say, SAY_EVERY_MS);
        if (turn !== null && isOver) throw noTurn(turn, waitMs);
      } else {
        for (const refusal of refusals(listed, common)) tell(refusal, warn);
        const who = described(listed, common);
        tell(`waiting for workers: ${free} of ${wanted} slots are free; ${who}`, say, SAY_EVERY_MS);
        if (isOver) throw tooFew(missing(free, wanted), wanted, waitMs, who);
      }
      await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
    }
  } catch (error) {
    if (turn instanceof Turn) await turn.release();
    throw error;
  }
}

/** Asks Redis; null: it is away, and may come back within the wait. */
async function unlessAway<Answer>(
  link: RedisLink,
  isOver: boolean,
  ask: () => Promise<Answer>,
): Promise<Answer | null> {
  return ask().catch((error: unknown) => {
    if (isOver || isRefusal(error)) throw redisRefusal(link.url, error);
    return null;
  });
}

/** Numbers of the shards for which there is no slot, from 1 on. */
function missing(free: number, wanted: number): readonly number[] {
  return Array.from({ length: wanted - free }, (_, n) => free + n + 1);
}

function noTurn(other: string, waitMs: number): RunRefused {
  return new RunRefused(
    'no-answer',
    `${other} was still taking slots of these workers after ${waitMs / 1000} s`,
    'run again when it has begun, or with a longer --wait',
  );
}
