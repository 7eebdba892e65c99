import type { ReuseDetection } from '../scenario/scenario.ts';

const FAMILY = {
  /** service and client know the same newest refresh token */ inStep: 0,
  /** an answer was lost: the client has no newer one than it has used */ behind: 1,
  /** the session is over */ revoked: 2,
} as const;

/**
 * Refresh-token rotation (RFC 9700 section 4.14.2), as far as honest clients can come to grief by it: under strict reuse
 * detection whoever lost an answer uses the same refresh token again, and is taken for a thief. With grace the newest but
 * one is good until its successor is used, which nobody has, and without detection any is: then nothing is to be kept.
 */
export class Rotations {
  readonly #isStrict: boolean;
  /** FAMILY */
  readonly #families: Uint8Array;
  #reused = 0;

  constructor(detection: ReuseDetection, count: number) {
    this.#isStrict = detection === 'strict';
    this.#families = new Uint8Array(count);
  }

  /** Sessions that ended because a refresh token was used again. */
  get reused(): number {
    return this.#reused;
  }

  /** The client uses its refresh token; false when the session is over, or now is. */
  use(client: number): boolean {
    if (this.#families[client] === FAMILY.behind) {
      this.#families[client] = FAMILY.revoked;
      this.#reused += 1;
    }
    return this.#families[client] === FAMILY.inStep;
  }

  /** The refresh is, or will be, carried out, and its answer does not reach the client. */
  answerLost(client: number): void {
    if (this.#isStrict && this.#families[client] === FAMILY.inStep) this.#families[client] = FAMILY.behind;
  }
}
