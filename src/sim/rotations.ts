import { mayUse, type ReuseDetection } from '../core/server/rotation.ts';

/** Value in place of a generation for a session that is over. */
const OVER = 255;

/** Refresh-token rotation in the model, whose clients hold the newest refresh token or an older one after lost answers. */
export class Rotations {
  readonly #detection: ReuseDetection;
  /** generations by which a client's refresh token is behind the newest, or OVER */
  readonly #behind: Uint8Array;
  #reused = 0;

  constructor(detection: ReuseDetection, count: number) {
    this.#detection = detection;
    this.#behind = new Uint8Array(count);
  }

  /** Number of sessions that ended because a refresh token was used again. */
  get reused(): number {
    return this.#reused;
  }

  /** Uses a client's refresh token; false: the session is over, or ends with this use. */
  use(client: number): boolean {
    const behind = this.#behind[client]!;
    if (behind === 0) return true;
    if (behind === OVER) return false;
    const may = mayUse(this.#detection, behind);
    this.#behind[client] = may ? 0 : OVER;
    if (!may) this.#reused += 1;
    return may;
  }

  /** The refresh is, or will be, carried out, and its answer does not reach the client. */
  answerLost(client: number): void {
    if (this.#behind[client] === 0) this.#behind[client] = 1;
  }
}
