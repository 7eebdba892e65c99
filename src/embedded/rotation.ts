import { mayUse, type ReuseDetection } from '../core/server/rotation.ts';
import type { RefreshGrant } from '../jwt/refresh-token.ts';

/** Result of one use of a refresh token. */
export type Rotation =
  | { readonly ok: true; readonly generation: number }
  /** `reuse`: this use revealed a theft; `revoked`: the session had already ended */
  | { readonly ok: false; readonly why: 'reuse' | 'revoked' };

/**
 * Refresh-token rotation, with one family of tokens for each session: using generation g issues g + 1, again if need be.
 * The first use in a session, as after a restart, is accepted with any generation, since the token's signature is good. A
 * later use of a newer generation then reveals the reuse.
 *
 * Bounded by the number of sessions for which the run's secret has signed tokens.
 */
export class Rotations {
  readonly #detection: ReuseDetection;
  /** newest issued generation of each session; REVOKED once the session is over */
  readonly #newest = new Map<number, number>();

  constructor(detection: ReuseDetection) {
    this.#detection = detection;
  }

  use({ session, generation }: RefreshGrant): Rotation {
    if (this.#detection === 'off') return { ok: true, generation: Math.min(generation + 1, LAST_GENERATION) };
    const newest = this.#newest.get(session) ?? generation;
    if (newest === REVOKED) return { ok: false, why: 'revoked' };
    const may = generation < LAST_GENERATION && mayUse(this.#detection, newest - generation);
    this.#newest.set(session, may ? generation + 1 : REVOKED);
    return may ? { ok: true, generation: generation + 1 } : { ok: false, why: 'reuse' };
  }
}

const REVOKED = -1;

/** Last generation, since a refresh token holds it as a u32. */
const LAST_GENERATION = 0xffff_ffff;
