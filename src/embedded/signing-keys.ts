import type { JWK } from 'jose';
import type { KeysMode } from '../core/fault/keys.ts';
import { KeyRing, MAX_PUBLISHED, UNKNOWN_KEY } from '../core/server/key-ring.ts';
import { freshSigningKey, jwksOf, type SigningKey } from '../jwt/keys.ts';

/** The token service's keys, by their numbers in a KeyRing. */
export class SigningKeys {
  readonly #ring = new KeyRing();
  readonly #keys: Map<number, SigningKey>;
  /** occurrences of `unknown-key` whose key is still being made */
  readonly #making = new Set<number>();

  constructor(key: SigningKey) {
    this.#keys = new Map([[this.#ring.signing, key]]);
  }

  /** Key that signs tokens now. */
  get signing(): SigningKey {
    return this.#keys.get(this.#ring.signing)!;
  }

  /** Key set, newest key first; undefined while it cannot be fetched. */
  get jwks(): { readonly keys: readonly JWK[] } | undefined {
    const { published } = this.#ring;
    if (published === null) return undefined;
    const count = published.newest - published.oldest + 1;
    return jwksOf(...Array.from({ length: count }, (_, n) => this.#keys.get(published.newest - n)!));
  }

  /** Begins an occurrence; resolves when its key, if it needs one, is made. */
  async begin(occurrence: number, mode: KeysMode): Promise<void> {
    if (mode === 'jwks-down') return void this.#ring.begin(occurrence, mode);
    if (mode === 'unknown-key') this.#making.add(occurrence);
    const key = await freshSigningKey(this.signing.algorithm);
    // A key that is made after the end of its fault signs nothing.
    if (mode === 'unknown-key' && !this.#making.delete(occurrence)) return;
    const number = this.#ring.begin(occurrence, mode)!;
    this.#keys.set(number, key);
    if (number !== UNKNOWN_KEY) this.#keys.delete(number - MAX_PUBLISHED);
  }

  /** Ends an occurrence; a rotation stays. */
  end(occurrence: number): void {
    this.#making.delete(occurrence);
    this.#ring.end(occurrence);
  }
}
