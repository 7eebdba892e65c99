import { BIN_MS, type SeriesName } from '../core/metrics.ts';
import type { Measurements } from './measurements.ts';
import { BINS_PER_SECOND } from './window.ts';

/** Steps of clients on their way to a connection or a token. */
const STEPS: readonly SeriesName[] = ['attempts', 'ready', 'refreshes', 'refreshed'];

/** Lengths of the end of the measured time that are looked at, in bins. */
const ENDS: readonly number[] = [2, BINS_PER_SECOND];

/**
 * Whether squall was still late at the end of the measured time: most of the clients' last steps belong before the last
 * 200 ms, or the last second. Steps that were due by then have not been taken, and no view of the run has them.
 */
export function isCutShort({
  curves,
  shifts,
  elapsedMs,
}: Pick<Measurements, 'curves' | 'shifts' | 'elapsedMs'>): boolean {
  if (shifts === null) return false;
  const end = Math.min(curves.bins, Math.ceil(elapsedMs / BIN_MS));
  return ENDS.some((bins) => {
    let [taken, left] = [0, 0];
    for (const series of STEPS) {
      for (let bin = Math.max(0, end - bins); bin < end; bin++) {
        taken += curves.bin(series, bin);
        left -= shifts.bin(series, bin);
      }
    }
    return left > taken / 2;
  });
}
