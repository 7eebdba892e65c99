import type { Curves } from './curves.ts';
import type { Measurements } from './measurements.ts';
import { BIN_MS, type SeriesName } from '../core/metrics.ts';
import { BINS_PER_SECOND, HALF_SECOND_BINS, perSecondAround } from './window.ts';

/** Curves and the time that they cover. */
export type Recorded = Pick<Measurements, 'curves' | 'elapsedMs'>;

/** The number of bins that have begun after `elapsedMs`. */
function binsBegun(elapsedMs: number): number {
  return Math.max(0, Math.ceil(elapsedMs / BIN_MS));
}

/**
 * The total rate of several series, one sample for the start of each bin, in events a second. Its highest sample has the
 * instant and the value of the peak, which `peak(…)` in thresholds uses.
 */
export function perSecond({ curves, elapsedMs }: Recorded, ...series: readonly SeriesName[]): Float64Array {
  return perSecondAround(curves.sum(series).subarray(0, binsBegun(elapsedMs)));
}

/**
 * The samples of `perSecond` whose second is over, during a run: later samples would show a falling rate only because
 * their second is not complete.
 */
export function settled(samples: Float64Array, elapsedMs: number): Float64Array {
  return samples.subarray(0, Math.max(0, Math.floor(elapsedMs / BIN_MS) - HALF_SECOND_BINS + 1));
}

/** The number of clients in any of the states, one sample a bin. */
export function population({ curves, elapsedMs }: Recorded, states: readonly SeriesName[]): Float64Array {
  const samples = new Float64Array(binsBegun(elapsedMs));
  let sum = 0;
  for (let i = 0; i < samples.length; i++) {
    for (const state of states) sum += curves.bin(state, i);
    samples[i] = sum;
  }
  return samples;
}

/** The events of a series in the last whole second. */
export function rateNow({ curves, elapsedMs }: Recorded, series: SeriesName): number {
  const end = Math.floor(elapsedMs / BIN_MS);
  let sum = 0;
  for (let i = Math.max(0, end - BINS_PER_SECOND); i < end; i++) sum += curves.bin(series, i);
  return sum;
}

/** The number of clients in any of the states now. */
export function populationNow(curves: Curves, states: readonly SeriesName[]): number {
  return states.reduce((sum, state) => sum + curves.total(state), 0);
}
