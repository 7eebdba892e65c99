import type { SeriesName } from '../core/metrics.ts';
import { population, type Recorded } from './samples.ts';

/**
 * Bounds of how many events of some series had happened by the end of each bin, if each happened at any instant between its
 * intended and its actual one.
 */
export interface Happened {
  readonly atLeast: Float64Array;
  readonly atMost: Float64Array;
}

/** @param minus series of which each event is also one of `plus`, at the same instant, and does not count */
export function happenedBetween(
  offered: Recorded,
  intended: Recorded,
  plus: readonly SeriesName[],
  minus: readonly SeriesName[] = [],
): Happened {
  const counted = (view: Recorded): Float64Array => {
    const without = population(view, minus);
    return population(view, plus).map((n, bin) => n - without[bin]!);
  };
  const atLeast = counted(offered);
  const latest = counted(intended);
  return { atLeast, atMost: latest.map((n, bin) => Math.max(n, atLeast[bin]!)) };
}

/** Whether the bins of all events are known. */
export function isKnown({ atLeast, atMost }: Happened): boolean {
  return atLeast.every((n, bin) => n === atMost[bin]);
}

/** Whether each event, in the order of the events, is known to within this number of bins. */
export function isKnownWithin({ atLeast, atMost }: Happened, bins: number): boolean {
  return atMost.every((n, bin) => n <= atLeast[Math.min(bin + bins, atLeast.length - 1)]!);
}
