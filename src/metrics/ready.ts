import type { Curves } from './curves.ts';
import type { Recorded } from './samples.ts';
import { population, populationNow } from './samples.ts';
import type { SeriesName } from './series.ts';

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
 * The fewest ready clients at once, as it stands at the end of each bin, from the top of the arrivals to now. The top
 * is the first bin, not before the last client has arrived, in which all planned clients are ready or after which their
 * number falls; without either it is the last bin.
 *
 * @returns null while clients have yet to arrive
 */
export function leastReady(recorded: Recorded, planned: number): number | null {
  const ready = population(recorded, READY_STATES);
  const yetToArrive = population(recorded, ['stateIdle']);
  const arrived = yetToArrive.findLastIndex((n) => n > 0) + 1;
  if (arrived >= ready.length) return null;
  let top = arrived;
  while (top + 1 < ready.length && ready[top]! < planned && ready[top + 1]! >= ready[top]!) top++;
  let least = ready[top]!;
  for (let bin = top + 1; bin < ready.length; bin++) if (ready[bin]! < least) least = ready[bin]!;
  return least;
}
