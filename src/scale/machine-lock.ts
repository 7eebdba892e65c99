import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisLink } from './redis-link.ts';

/** Time after which the lock of a worker that is gone is free, ms; a worker holds it for a few round trips. */
const LOCK_TTL_MS = 3000;
/** Interval at which a worker tries to get the lock, ms. */
const TRY_MS = 20;
/** Most tries. */
const TRIES = 500;

/** Lets the workers of one machine act one after the other, across processes by a key of Redis. */
export class MachineLock {
  readonly #redis: RedisLink['redis'];
  readonly #key: string;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ redis }: Pick<RedisLink, 'redis'>, key: string) {
    this.#redis = redis;
    this.#key = key;
  }

  /**
   * Acts while no other holder of this lock does.
   *
   * @throws Error when the lock cannot be had within 10 s
   */
  within<Value>(act: () => Promise<Value>): Promise<Value> {
    const acting = this.#last.then(() => this.#locked(act));
    this.#last = acting.catch(() => {});
    return acting;
  }

  async #locked<Value>(act: () => Promise<Value>): Promise<Value> {
    const holder = randomBytes(8).toString('hex');
    for (let tries = 0; ; tries++) {
      if ((await this.#redis.set(this.#key, holder, 'PX', LOCK_TTL_MS, 'NX')) === 'OK') break;
      if (tries === TRIES) throw new Error('another worker of this machine has been taking a shard for too long');
      await sleep(TRY_MS);
    }
    try {
      return await act();
    } finally {
      await this.#release(holder).catch(() => {});
    }
  }

  /** Leaves a lock alone that expired and has another holder by now. */
  async #release(holder: string): Promise<void> {
    if ((await this.#redis.get(this.#key)) === holder) await this.#redis.del(this.#key);
  }
}
