import { hostname } from 'node:os';
import { oneLine } from '../core/text/one-line.ts';
import { turnKey } from './keys.ts';
import type { RedisLink } from './redis-link.ts';

/** Time after which the turn of a coordinator that is gone is free, ms. */
const TURN_TTL_MS = 5000;
/** Interval at which a coordinator prolongs its turn, ms. */
const PROLONG_MS = 1000;
/** Digits of a run's id in messages, as in those of workers. */
const RUN_DIGITS = 8;
const MAX_HOST_CHARS = 100;

type Link = Pick<RedisLink, 'redis'>;

/**
 * The turn of one coordinator to have its shards taken. Without it, two coordinators of one key that start together would
 * share the free slots between them, and neither would get all that it needs.
 */
export class Turn {
  readonly #link: Link;
  readonly #key: string;
  readonly #holder: string;
  readonly #prolonging: NodeJS.Timeout;
  #isOver = false;

  private constructor(link: Link, key: string, holder: string) {
    this.#link = link;
    this.#key = key;
    this.#holder = holder;
    this.#prolonging = setInterval(() => void this.#prolong().catch(() => {}), PROLONG_MS);
    this.#prolonging.unref();
  }

  /**
   * Takes the turn, if it is free.
   *
   * @param queue name of the queue that the coordinators share
   * @param run id of the run
   * @returns a text that names the run whose turn it is, if it is not free
   * @throws the error of Redis
   * @example await Turn.take(link, queueName(VERSION, fingerprint), run) // 'run 1a2b3c4d of host-a'
   */
  static async take(link: Link, queue: string, run: string, host = hostname()): Promise<Turn | string> {
    const key = turnKey(queue);
    const holder = `${run} ${host}`;
    if ((await link.redis.set(key, holder, 'PX', TURN_TTL_MS, 'NX')) === 'OK') return new Turn(link, key, holder);
    return described(await link.redis.get(key));
  }

  /** Gives the turn to the next coordinator. Does so once, and never rejects. */
  async release(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#prolonging);
    try {
      if (await this.#isOurs()) await this.#link.redis.del(this.#key);
    } catch {
      // The turn of a coordinator without Redis ends by itself.
    }
  }

  async #prolong(): Promise<void> {
    if ((await this.#isOurs()) && !this.#isOver) await this.#link.redis.pexpire(this.#key, TURN_TTL_MS);
  }

  async #isOurs(): Promise<boolean> {
    return (await this.#link.redis.get(this.#key)) === this.#holder;
  }
}

/** Names the run of a holder, whose text comes from Redis. */
function described(holder: string | null): string {
  const [, run, host] = /^([0-9a-z]{1,64}) (.+)$/.exec(oneLine(holder ?? '')) ?? [];
  if (run === undefined || host === undefined) return 'another run';
  return `run ${run.slice(0, RUN_DIGITS)} of ${host.slice(0, MAX_HOST_CHARS)}`;
}
