import type { MonoMs } from '../time/instant.ts';
import type { ClientContext } from './context.ts';
import type { Observer } from './observer.ts';

/**
 * When a client counts as going round in a loop: more than `rounds` times within `withinMs`. A round leads from one
 * attempt, or one token request, to the next; a pause of that length is none.
 */
export interface LoopLimit {
  readonly rounds: number;
  readonly withinMs: number;
}

/** What is kept of a client that has been found in a loop. */
const FOUND = Infinity;

/**
 * Finds clients that do the same thing over and over. The window slides by the generic cell rate algorithm (ITU-T
 * I.371 annex A, "virtual scheduling"), which needs one instant for each client: when the rounds so far would be over
 * if each took an even share, `withinMs` / `rounds`, of the window. One that begins more than the window before that
 * is one too many. Nothing is looked up or written down for a client that begins anew after a pause, so that those who
 * are in no hurry cost neither time nor memory.
 *
 * A client that never goes round more than `rounds` times in any window is never found, one that does more than twice
 * as many times in one always is, and what lasts in between is found in time. Each client is found once.
 */
export class LoopDetector {
  readonly #observer: Observer;
  readonly #count: number;
  /** seconds from the run's start, for each client */
  readonly #overAt: Float32Array;
  readonly #withinMs: number;
  readonly #shareSeconds: number;
  readonly #mostAheadSeconds: number;

  /** @param count one of COUNT_INDEX, for clients that are found */
  constructor({ behaviour, observer }: ClientContext, count: number, overAt: Float32Array) {
    const { rounds, withinMs } = behaviour.loop;
    this.#observer = observer;
    this.#count = count;
    this.#overAt = overAt;
    this.#withinMs = withinMs;
    this.#shareSeconds = withinMs / 1000 / rounds;
    // The round itself takes a share; half of one is left for what is rounded.
    this.#mostAheadSeconds = (rounds - 0.5) * this.#shareSeconds;
  }

  /** Hot. The client does it again, having done it before at `lastAt`. */
  again(client: number, lastAt: number, now: MonoMs): void {
    if (now - lastAt >= this.#withinMs) return;
    const overAt = this.#overAt[client]!;
    if (overAt === FOUND) return;
    const nowSeconds = now / 1000;
    if (overAt - nowSeconds > this.#mostAheadSeconds) {
      this.#overAt[client] = FOUND;
      return this.#observer.count(this.#count, 1);
    }
    this.#overAt[client] = Math.max(overAt, nowSeconds) + this.#shareSeconds;
  }
}
