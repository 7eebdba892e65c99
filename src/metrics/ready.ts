import type { Curves } from './curves.ts';
import { LOST } from './lost.ts';
import { population, populationNow, type Recorded } from './samples.ts';
import type { SeriesName } from '../core/metrics.ts';

/**
 * The states of a ready client: it has a connection on which commands can be sent. A renewing client is ready, with a
 * newer token on its way. Every figure, curve and list that says "ready" counts these.
 */
export const READY_STATES = ['stateReady', 'stateRenewing'] as const satisfies readonly SeriesName[];

/** How many clients are ready now; at the end of a run, how many are ready at the end. */
export function readyNow(curves: Curves): number {
  return populationNow(curves, READY_STATES);
}

/**
 * The fewest ready clients at once, as it stands at the end of each bin, from the last arrival to now. While those who
 * arrived last are still getting in, only clients that have been ready and are out again count as missing; from the top
 * of the arrivals on, all who are not ready do. The top is the first bin, not before the last client has arrived, in
 * which all planned clients are ready or after which their number falls; without either it is the last bin.
 *
 * @returns null while clients have yet to arrive
 */
export function leastReady(recorded: Recorded, planned: number): number | null {
  const ready = population(recorded, READY_STATES);
  const yetToArrive = population(recorded, ['stateIdle']);
  const arrived = yetToArrive.findLastIndex((n) => n > 0) + 1;
  if (arrived >= ready.length) return null;
  const lost = population(recorded, LOST);
  const recovered = population(recorded, ['recovered']);
  let top = arrived;
  let least = planned;
  while (top + 1 < ready.length && ready[top]! < planned && ready[top + 1]! >= ready[top]!) {
    least = Math.min(least, planned - (lost[top]! - recovered[top]!));
    top++;
  }
  for (let bin = top; bin < ready.length; bin++) if (ready[bin]! < least) least = ready[bin]!;
  return least;
}
