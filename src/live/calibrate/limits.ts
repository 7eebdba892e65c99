import { rateFor, type RampLimits } from './ramp.ts';

/** Most tries in a step; more would be a load test and no calibration. */
const TRIES_MAX = 20_000;

/**
 * The lesser of what the user allows and what this machine can hold.
 *
 * @param room connections that this machine holds; a step holds one for each of its tries
 */
export function limitsFor(maxPerSecond: number, room: number, maxLatenessP99Ms: number): RampLimits {
  const holds = rateFor(Math.min(room, TRIES_MAX));
  return holds < maxPerSecond
    ? { maxPerSecond: holds, maxBy: 'the connections that this machine holds', maxLatenessP99Ms }
    : { maxPerSecond, maxBy: '--max-rate', maxLatenessP99Ms };
}

/** @param capPerSecond highest rate at a foreign host; Infinity: this machine */
export function within(limits: RampLimits, capPerSecond: number): RampLimits {
  return capPerSecond < limits.maxPerSecond ? { ...limits, maxPerSecond: capPerSecond, maxBy: 'target.rate' } : limits;
}
