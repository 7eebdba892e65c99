import type { KeysMode } from '../fault/keys.ts';

/** Keys in the published set at most: the oldest leaves when one more comes, or the set of a long run would only grow. */
export const MAX_PUBLISHED = 16;
/** The key that an unknown-key fault signs with: in no set, above any number that a run comes to, and 14 bits. */
export const UNKNOWN_KEY = 16_383;
/** How long a gateway believes a key set, as jose's own default has it, ms. */
export const KEY_SET_MAX_AGE_MS = 600_000;
/** A key set that lacks a token's key is fetched again, but not more often than this, ms: key ids cost a stranger nothing. */
export const KEY_SET_COOLDOWN_MS = 1000;

/** The numbers of the keys in a set, which follow one another. */
export interface PublishedKeys {
  readonly oldest: number;
  readonly newest: number;
}

/** The keys of a token service, numbered from 0 as they come: which one signs, and which stand in its key set. */
export class KeyRing {
  #newest = 0;
  #oldest = 0;
  readonly #down = new Set<number>();
  readonly #unknown = new Set<number>();

  /** What tokens are signed with now. */
  get signing(): number {
    return this.#unknown.size > 0 ? UNKNOWN_KEY : this.#newest;
  }

  /** The key set; null while it cannot be fetched. */
  get published(): PublishedKeys | null {
    return this.#down.size > 0 ? null : { oldest: this.#oldest, newest: this.#newest };
  }

  /** @returns the number of the key that signs from now on on its account; null where it brings none */
  begin(occurrence: number, mode: KeysMode): number | null {
    switch (mode) {
      case 'jwks-down':
        this.#down.add(occurrence);
        return null;
      case 'unknown-key':
        this.#unknown.add(occurrence);
        return UNKNOWN_KEY;
      case 'rotate':
      case 'rotate-without-overlap':
        this.#newest += 1;
        this.#oldest = mode === 'rotate' ? Math.max(this.#oldest, this.#newest - MAX_PUBLISHED + 1) : this.#newest;
        return this.#newest;
    }
  }

  /** What lasted is undone; a rotation stays. */
  end(occurrence: number): void {
    this.#down.delete(occurrence);
    this.#unknown.delete(occurrence);
  }
}
