import type { RefreshGrant } from '../jwt/refresh-token.ts';

/** What becomes of one use of a refresh token. */
export type Rotation =
  | { readonly ok: true; readonly generation: number }
  /** `reuse`: this use gave the theft away; `revoked`: the session had already ended */
  | { readonly ok: false; readonly why: 'reuse' | 'revoked' };

/**
 * Refresh-token rotation with reuse detection (RFC 9700 section 4.14.2), one family of tokens for each session.
 *
 * Using the newest generation g issues g + 1. Until g + 1 is used, g may be used again and gives g + 1 again: the
 * response may have been lost, and the client has nothing newer. Anything older than that is in two hands, so the
 * whole family is revoked. A session not seen before, as after a restart, is believed at first sight, for its token
 * proved itself; a generation newer than the newest known then shows that an older one was believed wrongly.
 *
 * Bounded by the number of sessions for which the run's secret has signed tokens.
 */
export class Rotations {
  /** the newest generation issued for each session; REVOKED once it is over */
  readonly #newest = new Map<number, number>();

  use({ session, generation }: RefreshGrant): Rotation {
    const newest = this.#newest.get(session) ?? generation;
    if (newest === REVOKED) return { ok: false, why: 'revoked' };
    if (generation === newest - 1) return { ok: true, generation: newest };
    if (generation !== newest || generation === LAST_GENERATION) {
      this.#newest.set(session, REVOKED);
      return { ok: false, why: 'reuse' };
    }
    this.#newest.set(session, generation + 1);
    return { ok: true, generation: generation + 1 };
  }
}

const REVOKED = -1;

/** The generation travels as a u32. */
const LAST_GENERATION = 0xffff_ffff;
