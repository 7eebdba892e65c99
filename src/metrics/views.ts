import { byName, TIMINGS } from '../core/metrics.ts';
import type { Measurements } from './measurements.ts';
import { recoveriesUnderWay } from './waiting.ts';

/**
 * The measurements of one run as they were, and as they would have been without squall's own lateness:
 *
 * - `offered`: each event at its actual instant, each latency from its intended start
 * - `intended`: each event earlier by squall's lateness with it, each latency less squall's lateness in it
 *
 * What squall cannot know lies between the two. Null: nothing was late, or how late is not known.
 */
export interface Views {
  readonly offered: Measurements;
  readonly intended: Measurements | null;
}

const KNOWN = new WeakMap<Measurements, Views>();

/** Both views of a run, computed once. */
export function viewsOf(measurements: Measurements): Views {
  const known = KNOWN.get(measurements);
  if (known !== undefined) return known;
  const views = { offered: measurements, intended: intendedView(measurements) };
  KNOWN.set(measurements, views);
  return views;
}

function intendedView(measurements: Measurements): Measurements | null {
  const { shifts, curves: offered, elapsedMs, timings, counts } = measurements;
  if (shifts === null) return null;
  const curves = offered.copy();
  curves.merge(shifts);
  const recoveries = recoveriesUnderWay(curves, elapsedMs, timings.recovery.failures);
  return {
    ...measurements,
    curves,
    shifts: null,
    counts: { ...counts, exposureMs: Math.max(0, counts.exposureMs - counts.exposureLateMs) },
    timings: byName(TIMINGS, (name) => timings[name].onTime(name === 'recovery' ? recoveries : undefined)),
  };
}
