import type { KeysMode } from '../core/fault/keys.ts';
import { UNKNOWN_KEY } from './token-flags.ts';

/** Keys in the set at most: the oldest leaves when one more comes. */
const MAX_PUBLISHED = 16;
/** A gateway believes a key set for so long; */
const MAX_AGE_MS = 600_000;
/** one that lacks a token's key it fetches again, but not more often than this. */
const COOLDOWN_MS = 1000;

/** The keys of the token service, numbered as they come: which one signs, and which are in its key set. */
export class KeyRing {
  #newest = 0;
  #oldest = 0;
  readonly #down = new Set<number>();
  readonly #unknown = new Set<number>();

  /** What tokens are signed with now. */
  get signing(): number {
    return this.#unknown.size > 0 ? UNKNOWN_KEY : this.#newest;
  }

  begin(occurrence: number, mode: KeysMode): void {
    switch (mode) {
      case 'jwks-down':
        this.#down.add(occurrence);
        return;
      case 'unknown-key':
        this.#unknown.add(occurrence);
        return;
      case 'rotate':
      case 'rotate-without-overlap':
        this.#newest += 1;
        this.#oldest = mode === 'rotate' ? Math.max(this.#oldest, this.#newest - MAX_PUBLISHED + 1) : this.#newest;
        return;
    }
  }

  /** What lasted is undone; a rotation stays. */
  end(occurrence: number): void {
    this.#down.delete(occurrence);
    this.#unknown.delete(occurrence);
  }

  /** The numbers in the key set, which follow one another; null while it cannot be fetched. */
  get published(): KeySet | null {
    return this.#down.size > 0 ? null : { oldest: this.#oldest, newest: this.#newest };
  }
}

interface KeySet {
  readonly oldest: number;
  readonly newest: number;
}

/** The key set as one gateway knows it. The model's gateways fetch it in no time. */
export class KnownKeys {
  readonly #ring: KeyRing;
  #set: KeySet | null = null;
  #fetchedAt = -Infinity;

  constructor(ring: KeyRing) {
    this.#ring = ring;
    this.start(0);
  }

  /** The gateway starts. The first token that names another key is looked up at once. */
  start(now: number): void {
    this.#set = this.#ring.published;
    this.#fetchedAt = this.#set === null ? -Infinity : now - COOLDOWN_MS;
  }

  /** Can it verify what this key has signed? */
  has(key: number, now: number): boolean {
    const tooOld = now >= this.#fetchedAt + MAX_AGE_MS;
    if (tooOld && !this.#fetch(now)) return false;
    if (this.#holds(key)) return true;
    return now >= this.#fetchedAt + COOLDOWN_MS && this.#fetch(now) && this.#holds(key);
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
