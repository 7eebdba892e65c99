import type { JWK } from 'jose';
import type { KeysMode } from '../core/fault/keys.ts';
import { KeyRing, MAX_PUBLISHED, UNKNOWN_KEY } from '../core/server/key-ring.ts';
import { freshSigningKey, jwksOf, type SigningKey } from '../jwt/keys.ts';

/** The token service's keys themselves, by their numbers in a KeyRing. */
export class SigningKeys {
  readonly #ring = new KeyRing();
  readonly #keys: Map<number, SigningKey>;
  /** unknown-key faults whose key is still being made */
  readonly #making = new Set<number>();

  constructor(key: SigningKey) {
    this.#keys = new Map([[this.#ring.signing, key]]);
  }

  /** What tokens are signed with now. */
  get signing(): SigningKey {
    return this.#keys.get(this.#ring.signing)!;
  }

  /** The key set, the newest key first; undefined while it cannot be had. */
  get jwks(): { readonly keys: readonly JWK[] } | undefined {
    const { published } = this.#ring;
    if (published === null) return undefined;
    const count = published.newest - published.oldest + 1;
    return jwksOf(...Array.from({ length: count }, (_, n) => this.#keys.get(published.newest - n)!));
  }

  /** @returns once it is carried out: making a key takes its time */
  async begin(occurrence: number, mode: KeysMode): Promise<void> {
    if (mode === 'jwks-down') return void this.#ring.begin(occurrence, mode);
    if (mode === 'unknown-key') this.#making.add(occurrence);
    const key = await freshSigningKey(this.signing.algorithm);
    // A key that is made too late signs nothing.
    if (mode === 'unknown-key' && !this.#making.delete(occurrence)) return;
    const number = this.#ring.begin(occurrence, mode)!;
    this.#keys.set(number, key);
    if (number !== UNKNOWN_KEY) this.#keys.delete(number - MAX_PUBLISHED);
  }

  /** What lasted is undone; a rotation stays. */
  end(occurrence: number): void {
    this.#making.delete(occurrence);
    this.#ring.end(occurrence);
  }
}
