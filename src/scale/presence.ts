import { z } from 'zod';
import { oneLine } from '../core/text/one-line.ts';
import type { MachineLimits } from '../live/health/preflight.ts';
import { sharedNowMs } from '../metrics/wall-clock.ts';
import { machineKey, MAX_SLOTS, PRESENCE_TTL_MS, workerKey, WORKERS_KEY } from './keys.ts';
import type { ClockReading } from './messages.ts';
import { readRedisTime, redisMsAt } from './redis-clock.ts';
import type { RedisLink } from './redis-link.ts';
import type { Held } from './room.ts';
import { SIGNATURE_BYTES, type Sealer } from './seal.ts';
import { decode, encode } from './wire.ts';

/** Interval at which a worker announces itself, ms. */
const ANNOUNCE_MS = 1000;
/** Most workers that are listed. */
const MAX_WORKERS = 1000;
const MAX_ENTRY_BYTES = 16_384;
const MAX_TEXT_CHARS = 200;
/** Time that may pass between the reading of the clock of Redis and the announcement, ms. */
const LATE_MS = 1000;
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
  /** shards that it holds, of any run */
  readonly held: Held;
  /** limits of its machine before it held any shard */
  readonly limits: MachineLimits;
  readonly clock: ClockReading;
  /** `Sealer.fingerprint` of its key */
  readonly keyFingerprint: string;
  /** `loopbackName` of its network */
  readonly loopback: string;
  /** the last shard that it had no room for; null: it had room for each */
  readonly noRoom: { readonly run: string; readonly why: string } | null;
}

/** What lies in Redis of a worker. */
interface Announcement extends WorkerEntry {
  /** its wall clock minus the clock of Redis when it announced itself, ms */
  readonly wallAheadMs: number;
  /** time of Redis when it announced itself, ms since the Unix epoch */
  readonly atRedisMs: number;
}

/** A worker as it is listed. */
export interface ListedWorker extends Announcement {
  /** false: it claims the key of this process, which has not signed the entry, or has signed it long ago or for another id */
  readonly isGenuine: boolean;
}

/** Presence comes from Redis, so its texts are foreign: cleaned and cut before anyone sees them. */
const text = z.string().transform((value) => oneLine(value).slice(0, MAX_TEXT_CHARS));
const count = z.int().min(0);
const slots = count.max(MAX_SLOTS);
/** A limit may be Infinity, which `z.number()` refuses. */
const limit = z.custom<number>((value) => typeof value === 'number' && value >= 0);

const ENTRY: z.ZodType<Announcement> = z.object({
  id: text,
  host: text,
  squall: text,
  node: text,
  slots,
  free: slots,
  held: z.object({ shards: slots, clients: count }),
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
  noRoom: z.object({ run: text, why: text }).nullable(),
  wallAheadMs: z.number(),
  atRedisMs: z.number(),
});

/** Announces a worker each second, until it is stopped. */
export class Presence {
  readonly #link: Pick<RedisLink, 'redis' | 'on'>;
  readonly #sealer: Sealer;
  readonly #entry: () => WorkerEntry;
  readonly #announcing: NodeJS.Timeout;
  readonly #unhear: () => void;

  /** @param entry what is announced, as it is at that moment */
  constructor(link: Pick<RedisLink, 'redis' | 'on'>, sealer: Sealer, entry: () => WorkerEntry) {
    this.#link = link;
    this.#sealer = sealer;
    this.#entry = entry;
    this.#announcing = setInterval(() => void this.announce(), ANNOUNCE_MS);
    this.#unhear = link.on('up', () => void this.announce());
  }

  /** Announces the worker now; resolves to false where Redis is away. */
  async announce(): Promise<boolean> {
    const { redis } = this.#link;
    try {
      const atRedisMs = await readRedisTime(redis);
      const entry = this.#entry();
      const bytes = encode({ ...entry, wallAheadMs: wallAheadMs(entry.clock), atRedisMs } satisfies Announcement);
      const signed = Buffer.concat([this.#sealer.sign(aboutEntry(entry.id), bytes), bytes]);
      await Promise.all([
        redis.set(workerKey(entry.id), signed, 'PX', PRESENCE_TTL_MS),
        ...[WORKERS_KEY, machineKey(entry.loopback)].flatMap((list) => [
          redis.zadd(list, atRedisMs, entry.id),
          redis.pexpire(list, LIST_TTL_MS),
        ]),
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
    const { id, loopback } = this.#entry();
    const lists = [WORKERS_KEY, machineKey(loopback)];
    await Promise.all([redis.del(workerKey(id)), ...lists.map((list) => redis.zrem(list, id))]).catch(() => {});
  }
}

/** This machine's wall clock minus the clock of Redis, ms. */
export function wallAheadMs(clock: ClockReading): number {
  return Date.now() - redisMsAt(sharedNowMs(), clock);
}

/**
 * Lists the workers that announced themselves within the last 5 s, by host and id. Entries that are none are left out.
 *
 * @param sealer tells which entries its key has signed; null: this process has no key, and believes all
 * @param list all workers, or those of one machine: `machineKey`
 */
export async function listWorkers(
  redis: RedisLink['redis'],
  sealer: Sealer | null,
  list = WORKERS_KEY,
): Promise<readonly ListedWorker[]> {
  const [nowMs, found] = await Promise.all([readRedisTime(redis), redis.zrevrange(list, 0, MAX_WORKERS - 1)]);
  const ids = listOf(found).slice(0, MAX_WORKERS).map(String);
  if (ids.length === 0) return [];
  const values: unknown = await redis.mgetBuffer(...ids.map(workerKey));
  const entries = listOf(values).flatMap((value, index) => entryOf(value, ids[index] ?? '', sealer, nowMs) ?? []);
  return entries.toSorted((a, b) => compare(a.host, b.host) || compare(a.id, b.id));
}

function entryOf(value: unknown, id: string, sealer: Sealer | null, nowMs: number): ListedWorker | null {
  if (!Buffer.isBuffer(value) || value.length > MAX_ENTRY_BYTES) return null;
  const [signature, bytes] = [value.subarray(0, SIGNATURE_BYTES), value.subarray(SIGNATURE_BYTES)];
  try {
    const entry = ENTRY.parse(decode(bytes, MAX_ENTRY_BYTES));
    const isOther = sealer === null || entry.keyFingerprint !== sealer.fingerprint;
    const isFresh = Math.abs(nowMs - entry.atRedisMs) <= PRESENCE_TTL_MS + LATE_MS;
    return { ...entry, isGenuine: isOther || (isFresh && sealer.isSigned(aboutEntry(id), bytes, signature)) };
  } catch {
    return null;
  }
}

/** What a signature of an entry is about: the entry of one worker does not pass for another one's. */
function aboutEntry(id: string): string {
  return `presence ${id}`;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
