import { z } from 'zod';
import { oneLine } from '../core/text/one-line.ts';
import type { MachineLimits } from '../live/preflight.ts';
import { sharedNowMs } from '../metrics/wall-clock.ts';
import { MAX_SLOTS, PRESENCE_TTL_MS, workerKey, WORKERS_KEY } from './keys.ts';
import type { ClockReading } from './messages.ts';
import { redisMsAt } from './redis-clock.ts';
import type { RedisLink } from './redis-link.ts';
import { decode, encode } from './wire.ts';

/** Interval at which a worker announces itself, ms. */
const ANNOUNCE_MS = 1000;
/** Most workers that are listed. */
const MAX_WORKERS = 1000;
const MAX_ENTRY_BYTES = 16_384;
const MAX_TEXT_CHARS = 200;
/** Time that the list of workers outlives the last announcement, ms. */
const LIST_TTL_MS = 60_000;

/** What a worker announces each second. */
export interface WorkerEntry {
  readonly id: string;
  /** name of its machine */
  readonly host: string;
  /** version of squall, and of Node */
  readonly squall: string;
  readonly node: string;
  /** shards that it can hold at once, and can take now */
  readonly slots: number;
  readonly free: number;
  readonly limits: MachineLimits;
  readonly clock: ClockReading;
  /** `Sealer.fingerprint` of its key */
  readonly keyFingerprint: string;
  /** `loopbackName` of its network */
  readonly loopback: string;
}

/** A worker as it is listed. */
export interface ListedWorker extends WorkerEntry {
  /** its wall clock minus the clock of Redis when it announced itself, ms */
  readonly wallAheadMs: number;
}

/** Presence comes from Redis, so its texts are foreign: cleaned and cut before anyone sees them. */
const text = z.string().transform((value) => oneLine(value).slice(0, MAX_TEXT_CHARS));
const count = z.int().min(0);
const slots = count.max(MAX_SLOTS);
/** A limit may be Infinity, which `z.number()` refuses. */
const limit = z.custom<number>((value) => typeof value === 'number' && value >= 0);

const ENTRY: z.ZodType<ListedWorker> = z.object({
  id: text,
  host: text,
  squall: text,
  node: text,
  slots,
  free: slots,
  limits: z.object({
    descriptorsSoft: limit.nullable(),
    descriptorsHard: limit.nullable(),
    ports: z.object({ low: count, high: count }).nullable(),
    somaxconn: limit.nullable(),
    cores: count,
    availableBytes: limit,
  }),
  clock: z.object({ offsetMs: z.number(), errorMs: z.number().min(0) }),
  keyFingerprint: text,
  loopback: text,
  wallAheadMs: z.number(),
});

/** Announces a worker each second, until it is stopped. */
export class Presence {
  readonly #link: Pick<RedisLink, 'redis' | 'on'>;
  readonly #entry: () => WorkerEntry;
  readonly #announcing: NodeJS.Timeout;
  readonly #unhear: () => void;

  /** @param entry what is announced, as it is at that moment */
  constructor(link: Pick<RedisLink, 'redis' | 'on'>, entry: () => WorkerEntry) {
    this.#link = link;
    this.#entry = entry;
    this.#announcing = setInterval(() => void this.announce(), ANNOUNCE_MS);
    this.#unhear = link.on('up', () => void this.announce());
  }

  /** Announces the worker now; resolves to false where Redis is away. */
  async announce(): Promise<boolean> {
    const { redis } = this.#link;
    const written = this.#entry();
    const entry: ListedWorker = { ...written, wallAheadMs: wallAheadMs(written.clock) };
    try {
      await Promise.all([
        redis.set(workerKey(entry.id), encode(entry), 'PX', PRESENCE_TTL_MS),
        redis.zadd(WORKERS_KEY, Date.now(), entry.id),
        redis.pexpire(WORKERS_KEY, LIST_TTL_MS),
      ]);
      return true;
    } catch {
      return false;
    }
  }

  /** Ends the announcements and takes the worker off the list. */
  async stop(): Promise<void> {
    clearInterval(this.#announcing);
    this.#unhear();
    const { redis } = this.#link;
    const { id } = this.#entry();
    await Promise.all([redis.del(workerKey(id)), redis.zrem(WORKERS_KEY, id)]).catch(() => {});
  }
}

/** This machine's wall clock minus the clock of Redis, ms. */
export function wallAheadMs(clock: ClockReading): number {
  return Date.now() - redisMsAt(sharedNowMs(), clock);
}

/** Lists the workers that announced themselves within the last 5 s, by host and id. Entries that are none are left out. */
export async function listWorkers(redis: RedisLink['redis']): Promise<readonly ListedWorker[]> {
  const ids: unknown = await redis.zrevrange(WORKERS_KEY, 0, MAX_WORKERS - 1);
  const keys = listOf(ids)
    .slice(0, MAX_WORKERS)
    .map((id) => workerKey(String(id)));
  if (keys.length === 0) return [];
  const values: unknown = await redis.mgetBuffer(...keys);
  const entries = listOf(values).flatMap((value) => entryOf(value) ?? []);
  return entries.toSorted((a, b) => compare(a.host, b.host) || compare(a.id, b.id));
}

function entryOf(value: unknown): ListedWorker | null {
  if (!Buffer.isBuffer(value) || value.length > MAX_ENTRY_BYTES) return null;
  try {
    return ENTRY.parse(decode(value, MAX_ENTRY_BYTES));
  } catch {
    return null;
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
