import type { KeysMode } from '../fault/keys.ts';

/** Most keys in the published set; beyond it the oldest leaves. */
export const MAX_PUBLISHED = 16;
/** Number of the key of an unknown-key fault: in no set, above the number of any real key, and 14 bits long. */
export const UNKNOWN_KEY = 16_383;
/** How long a gateway keeps a key set, ms: the default of jose. */
export const KEY_SET_MAX_AGE_MS = 600_000;
/** Shortest time between fetches of a set that lacks a token's key, ms: anybody can send unknown key ids. */
export const KEY_SET_COOLDOWN_MS = 1000;

/** The keys in a set, whose numbers are consecutive. */
export interface PublishedKeys {
  readonly oldest: number;
  readonly newest: number;
}

/** The keys of a token service, numbered from 0: which one signs, and which are in its key set. */
export class KeyRing {
  #newest = 0;
  #oldest = 0;
  readonly #down = new Set<number>();
  readonly #unknown = new Set<number>();

  /** The number of the key that signs tokens now. */
  get signing(): number {
    return this.#unknown.size > 0 ? UNKNOWN_KEY : this.#newest;
  }

  /** The keys in the published set; null while it cannot be fetched. */
  get published(): PublishedKeys | null {
    return this.#down.size > 0 ? null : { oldest: this.#oldest, newest: this.#newest };
  }

  /** Begins a fault. @returns the number of the new signing key; null: the fault brings none */
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

  /** Ends a fault. A rotation stays. */
  end(occurrence: number): void {
    this.#down.delete(occurrence);
    this.#unknown.delete(occurrence);
  }
}
