import { KEY_SET_COOLDOWN_MS, KEY_SET_MAX_AGE_MS, type KeyRing, type PublishedKeys } from '../core/server/key-ring.ts';

/** The key set as one gateway knows it; a fetch takes no time in the model. */
export class KnownKeys {
  readonly #ring: KeyRing;
  #set: PublishedKeys | null = null;
  #fetchedAt = -Infinity;

  constructor(ring: KeyRing) {
    this.#ring = ring;
    this.start(0);
  }

  /** Starts the gateway anew; the first token with an unknown key causes a fetch at once. */
  start(now: number): void {
    this.#set = this.#ring.published;
    this.#fetchedAt = this.#set === null ? -Infinity : now - KEY_SET_COOLDOWN_MS;
  }

  /** Returns whether the gateway can verify tokens signed with this key. */
  has(key: number, now: number): boolean {
    const tooOld = now >= this.#fetchedAt + KEY_SET_MAX_AGE_MS;
    if (tooOld && !this.#fetch(now)) return false;
    if (this.#holds(key)) return true;
    return now >= this.#fetchedAt + KEY_SET_COOLDOWN_MS && this.#fetch(now) && this.#holds(key);
  }

  #holds(key: number): boolean {
    return this.#set !== null && key >= this.#set.oldest && key <= this.#set.newest;
  }

  #fetch(now: number): boolean {
    const set = this.#ring.published;
    if (set === null) return false;
    this.#set = set;
    this.#fetchedAt = now;
    return true;
  }
}
