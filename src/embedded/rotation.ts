import { mayUse, type ReuseDetection } from '../core/server/rotation.ts';
import type { RefreshGrant } from '../jwt/refresh-token.ts';

/** What becomes of one use of a refresh token. */
export type Rotation =
  | { readonly ok: true; readonly generation: number }
  /** `reuse`: this use gave the theft away; `revoked`: the session had already ended */
  | { readonly ok: false; readonly why: 'reuse' | 'revoked' };

/**
 * Refresh-token rotation, one family of tokens for each session: using generation g issues g + 1, also where that had been
 * issued before. A session not seen before, as after a restart, is believed at first sight, for its token proved itself; a
 * generation newer than the newest known then shows that an older one was believed wrongly.
 *
 * Bounded by the number of sessions for which the run's secret has signed tokens.
 */
export class Rotations {
  readonly #detection: ReuseDetection;
  /** the newest generation issued for each session; REVOKED once it is over */
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

/** The generation travels as a u32. */
const LAST_GENERATION = 0xffff_ffff;
