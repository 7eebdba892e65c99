import type { MonoMs } from '../time/instant.ts';
import type { ClientContext } from './context.ts';
import type { Observer } from './observer.ts';
import type { Float32Column } from './records.ts';

/** State of a client that has been found in a loop. */
const FOUND = Infinity;

/**
 * Finds clients that repeat the same step too often. It slides its window by the generic cell rate algorithm (ITU-T
 * I.371 annex A, "virtual scheduling"), which needs one instant a client: the end of all repetitions so far if each took
 * an even share, `withinMs` / `rounds`, of the window. A repetition that begins more than the window before that instant
 * exceeds the limit. After a pause nothing is read or written, so slow clients cost neither time nor memory.
 *
 * A client with at most `rounds` repetitions in every window is never found; one with more than twice as many in a
 * window always is; a rate in between is found if it lasts. Each client is found once.
 */
export class LoopDetector {
  readonly #observer: Observer;
  readonly #count: number;
  /** the algorithm's instant for each client, seconds from the run's start */
  readonly #overAt: Float32Column;
  readonly #withinMs: number;
  readonly #shareSeconds: number;
  readonly #mostAheadSeconds: number;

  /** @param count the count, by COUNT_INDEX, of clients that are found */
  constructor({ behaviour, observer }: ClientContext, count: number, overAt: Float32Column) {
    const { rounds, withinMs } = behaviour.loop;
    this.#observer = observer;
    this.#count = count;
    this.#overAt = overAt;
    this.#withinMs = withinMs;
    this.#shareSeconds = withinMs / 1000 / rounds;
    // The repetition itself takes one share; half a share more allows for rounding.
    this.#mostAheadSeconds = (rounds - 0.5) * this.#shareSeconds;
  }

  /** Hot. Records a repetition, after the previous one at `lastAt`. */
  again(client: number, lastAt: number, now: MonoMs): void {
    if (now - lastAt >= this.#withinMs) return;
    const overAt = this.#overAt.at(client);
    if (overAt === FOUND) return;
    const nowSeconds = now / 1000;
    if (overAt - nowSeconds > this.#mostAheadSeconds) {
      this.#overAt.set(client, FOUND);
      return this.#observer.count(this.#count, 1);
    }
    this.#overAt.set(client, Math.max(overAt, nowSeconds) + this.#shareSeconds);
  }
}
