import type { Curves } from './curves.ts';
import { LOST } from './lost.ts';
import { population, populationNow, type Recorded } from './samples.ts';
import type { SeriesName } from '../core/metrics.ts';

/**
 * The states of a ready client: it has a connection on which commands can be sent. A renewing client is ready, with a
 * newer token on its way. Every figure, curve and list that says "ready" counts these.
 */
export const READY_STATES = ['stateReady', 'stateRenewing'] as const satisfies readonly SeriesName[];

/** The number of ready clients now, or at the end of a finished run. */
export function readyNow(curves: Curves): number {
  return populationNow(curves, READY_STATES);
}

/**
 * The fewest ready clients at once, at the ends of bins, from the last arrival to now. While the last clients are still
 * connecting, only clients that had been ready and are out count as missing; from the top of the arrivals on, all clients
 * that are not ready do. The top is the first bin from the last arrival on in which all planned clients are ready or
 * after which the number of ready clients falls; without one it is the last bin.
 *
 * @returns null: not all clients have arrived
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
