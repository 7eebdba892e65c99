import type { JWK } from 'jose';
import type { KeysMode } from '../core/fault/keys.ts';
import { freshSigningKey, jwksOf, type SigningKey } from '../jwt/keys.ts';

/** Keys in the set at most: the oldest leaves when one more comes, as a service that rotates for ever must have it. */
const MAX_PUBLISHED = 16;

/** The keys of the token service: which one signs, which stand in its key set, and what faults do to both. */
export class KeyRing {
  readonly #algorithm: SigningKey['algorithm'];
  /** the newest first; it signs */
  #published: readonly SigningKey[];
  /** faults that last, by their occurrence, and the key that each has brought in where it did */
  readonly #standing = new Map<number, SigningKey | undefined>();
  readonly #down = new Set<number>();

  constructor(key: SigningKey) {
    this.#algorithm = key.algorithm;
    this.#published = [key];
  }

  /** What tokens are signed with now. */
  get signing(): SigningKey {
    let foreign: SigningKey | undefined;
    for (const key of this.#standing.values()) foreign = key ?? foreign;
    return foreign ?? this.#published[0]!;
  }

  /** The key set; undefined while it cannot be had. */
  get jwks(): { readonly keys: readonly JWK[] } | undefined {
    return this.#down.size > 0 ? undefined : jwksOf(...this.#published);
  }

  /** @returns once it is carried out: making a key takes its time */
  async begin(occurrence: number, mode: KeysMode): Promise<void> {
    switch (mode) {
      case 'jwks-down':
        this.#down.add(occurrence);
        return;
      case 'unknown-key': {
        this.#standing.set(occurrence, undefined);
        const key = await freshSigningKey(this.#algorithm);
        if (this.#standing.has(occurrence)) this.#standing.set(occurrence, key);
        return;
      }
      case 'rotate':
      case 'rotate-without-overlap': {
        const key = await freshSigningKey(this.#algorithm);
        this.#published = mode === 'rotate' ? [key, ...this.#published].slice(0, MAX_PUBLISHED) : [key];
        return;
      }
    }
  }

  /** What lasted is undone; a rotation stays. */
  end(occurrence: number): void {
    this.#down.delete(occurrence);
    this.#standing.delete(occurrence);
  }
}
