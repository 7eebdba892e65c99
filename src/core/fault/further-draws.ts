import type { Draws } from '../random/draws.ts';
import { furtherDraw } from './select.ts';
import type { Occurrence } from './occurrence.ts';

/** Draws for what a fault leaves to chance beside its clients and instants, numbered over all occurrences. */
export class FurtherDraws {
  readonly #draws: Draws;
  readonly #count: number;
  readonly #first: number;
  readonly #step: number;
  /** draws made so far, by the fault's place and then by the client */
  readonly #made = new Map<number, Uint32Array>();

  /**
   * @param count clients of the whole population
   * @param first number of the first draw for each client
   * @param step difference from one draw to the next: processes with the same clients take turns
   */
  constructor(draws: Draws, count: number, first = 0, step = 1) {
    this.#draws = draws;
    this.#count = count;
    this.#first = first;
    this.#step = step;
  }

  /** The next draw, uniform in [0, 1). */
  next(occurrence: Occurrence, client: number): number {
    const made = this.#made.get(occurrence.faultIndex) ?? new Uint32Array(this.#count);
    this.#made.set(occurrence.faultIndex, made);
    return furtherDraw(this.#draws, occurrence, client, this.#first + this.#step * made[client]!++);
  }
}
