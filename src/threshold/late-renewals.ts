import { partMs } from '../core/codec/time-part.ts';
import type { Measurements } from '../metrics/measurements.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Share of the time between renewal and expiry from which on squall's own lateness may be why a token expired. */
const OF_LEAD = 0.5;

/**
 * The number of connections that were lost because their tokens expired, where squall was so late that a generator on time
 * may have renewed these tokens: neither view of the run is without them.
 */
export function lateRenewals(
  { curves, shifts, timings }: Pick<Measurements, 'curves' | 'shifts' | 'timings'>,
  { tokens: { refresh, lifetimeMs } }: Pick<Scenario, 'tokens'>,
): number {
  if (shifts === null || refresh.trigger !== 'timer') return 0;
  const isLate = (timings.lateness.maxMs ?? 0) >= OF_LEAD * partMs(refresh.lead, lifetimeMs);
  return isLate ? curves.total('lostExpired') : 0;
}
