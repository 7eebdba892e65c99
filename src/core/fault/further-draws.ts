import type { Draws } from '../random/draws.ts';
import { furtherDraw } from './select.ts';
import type { Occurrence } from './occurrence.ts';

/** Draws for whatever faults leave to chance beside whom and when: another one each time, over all occurrences. */
export class FurtherDraws {
  readonly #draws: Draws;
  readonly #count: number;
  readonly #first: number;
  readonly #step: number;
  /** draws made so far, by the fault's place and then by the client: at most one number for each pair */
  readonly #made = new Map<number, Uint32Array>();

  /**
   * @param count how many the population has
   * @param first number of the first draw for each client, and `step` from one to the next: processes that have the
   *   same clients draw by turns
   */
  constructor(draws: Draws, count: number, first = 0, step = 1) {
    this.#draws = draws;
    this.#count = count;
    this.#first = first;
    this.#step = step;
  }

  /** Uniform in [0, 1). */
  next(occurrence: Occurrence, client: number): number {
    const made = this.#made.get(occurrence.faultIndex) ?? new Uint32Array(this.#count);
    this.#made.set(occurrence.faultIndex, made);
    return furtherDraw(this.#draws, occurrence, client, this.#first + this.#step * made[client]!++);
  }
}
