import type { Draws } from '../random/draws.ts';
import { furtherDraw } from './select.ts';
import type { Occurrence } from './occurrence.ts';

/**
 * Makes the draws, uniform in [0, 1), for what a fault leaves to chance beside its clients and instants. They are
 * numbered over all occurrences.
 *
 * @param count clients of the whole population
 * @param first number of the first draw for each client
 * @param step difference from one draw to the next: processes with the same clients take turns
 */
export function furtherDraws(
  draws: Draws,
  count: number,
  first = 0,
  step = 1,
): (occurrence: Occurrence, client: number) => number {
  /** draws made so far, by the fault's place and then by the client */
  const madeBy = new Map<number, Uint32Array>();
  return (occurrence, client) => {
    const made = madeBy.get(occurrence.faultIndex) ?? new Uint32Array(count);
    madeBy.set(occurrence.faultIndex, made);
    return furtherDraw(draws, occurrence, client, first + step * made[client]!++);
  };
}
