import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { RedisLink } from './redis-link.ts';

/** Longest time that Redis holds an answer back while nothing is new, ms. */
const BLOCK_MS = 1000;
/** Most entries of one stream in an answer. */
const COUNT = 100;
/** Longest wait for an answer; after that the connection is opened anew, ms. */
const ANSWER_TIMEOUT_MS = 4000;
/**
 * Shortest time between two questions, ms: what arrives meanwhile comes in one answer, so that the cost of many streams
 * grows with their number, not with its square.
 */
const PACE_MS = 50;
/** Wait after a failure, ms. */
const RETRY_MS = 100;
const FIRST = '0';

type Hear = (payload: Buffer) => void;

/** A stream that is followed. */
interface Followed {
  /** id of the last entry that was read */
  last: string;
  readonly hear: Hear;
}

/**
 * Follows any number of Redis streams over one connection. After a loss of Redis it reads each stream from its beginning,
 * since a Redis that comes back empty may number its entries lower than before: hearers must bear with repetitions.
 */
export class StreamReader {
  readonly #redis: Redis;
  readonly #streams = new Map<string, Followed>();
  #isClosed = false;
  #wake: () => void = () => {};
  readonly #over: Promise<void>;

  constructor(link: Pick<RedisLink, 'blocking'>) {
    this.#redis = link.blocking();
    this.#redis.on('close', () => {
      for (const followed of this.#streams.values()) followed.last = FIRST;
    });
    this.#over = this.#readAll();
  }

  /** Hears each entry of a stream, from its first. Returns a function that ends it. */
  follow(key: string, hear: Hear): () => void {
    const followed: Followed = { last: FIRST, hear };
    this.#streams.set(key, followed);
    this.#wake();
    return () => {
      if (this.#streams.get(key) === followed) this.#streams.delete(key);
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#streams.clear();
    this.#redis.disconnect();
    this.#wake();
    await this.#over;
  }

  async #readAll(): Promise<void> {
    while (!this.#isClosed) {
      if (this.#streams.size === 0) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      const wasRead = await this.#read();
      if (!this.#isClosed) await sleep(wasRead ? PACE_MS : RETRY_MS);
    }
  }

  /** Reads what is new in all streams; returns false where Redis did not answer as it should. */
  async #read(): Promise<boolean> {
    if (this.#redis.status !== 'ready') return false;
    const keys = [...this.#streams.keys()];
    const ids = [...this.#streams.values()].map(({ last }) => last);
    const watch = setTimeout(() => this.#redis.stream.destroy(), ANSWER_TIMEOUT_MS);
    const reading = this.#redis.xreadBuffer('COUNT', COUNT, 'BLOCK', BLOCK_MS, 'STREAMS', ...keys, ...ids);
    // undefined: Redis is away, or refused.
    const answer: unknown = await reading.catch(() => {});
    clearTimeout(watch);
    return answer === null || this.#take(answer);
  }

  /** Takes an answer, as far as it is one: Redis is foreign. */
  #take(answer: unknown): boolean {
    let isAnswer = Array.isArray(answer);
    for (const [key, entries] of pairsOf(answer)) {
      const followed = this.#streams.get(String(key));
      for (const [id, fields] of pairsOf(entries)) {
        const payload: unknown = Array.isArray(fields) ? fields[1] : null;
        const last = String(id);
        if (followed === undefined) continue;
        if (!/^\d{1,20}-\d{1,20}$/.test(last) || !Buffer.isBuffer(payload)) {
          isAnswer = false;
          continue;
        }
        followed.last = last;
        followed.hear(payload);
      }
    }
    return isAnswer;
  }
}

function pairsOf(value: unknown): readonly (readonly [unknown, unknown])[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.flatMap((pair: unknown) =>
    Array.isArray(pair) && pair.length === 2 ? [[pair[0], pair[1]] as const] : [],
  );
}
