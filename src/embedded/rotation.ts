import type { RefreshGrant } from '../jwt/refresh-token.ts';
import type { ReuseDetection } from '../scenario/scenario.ts';

/** What becomes of one use of a refresh token. */
export type Rotation =
  | { readonly ok: true; readonly generation: number }
  /** `reuse`: this use gave the theft away; `revoked`: the session had already ended */
  | { readonly ok: false; readonly why: 'reuse' | 'revoked' };

/**
 * Refresh-token rotation with reuse detection (RFC 9700 section 4.14.2), one family of tokens for each session.
 *
 * Using the newest generation g issues g + 1. With `grace`, g may be used again until g + 1 is used, and gives g + 1
 * again: the response may have been lost, and the client has nothing newer. Anything older than that, and with `strict`
 * anything older than the newest, is in two hands, so the whole family is revoked: a client whose response was lost is
 * taken for a thief. `off` believes any token that was ever issued.
 *
 * A session not seen before, as after a restart, is believed at first sight, for its token proved itself; a generation
 * newer than the newest known then shows that an older one was believed wrongly.
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
    if (generation === newest - 1 && this.#detection === 'grace') return { ok: true, generation: newest };
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
