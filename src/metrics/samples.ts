import type { Curves } from './curves.ts';
import type { Measurements } from './measurements.ts';
import { BIN_MS, type SeriesName } from '../core/metrics.ts';
import { BINS_PER_SECOND, HALF_SECOND_BINS, perSecondAround } from './window.ts';

/** Curves, and how far they tell of the run. */
export type Recorded = Pick<Measurements, 'curves' | 'elapsedMs'>;

/** The bins that have begun when `elapsedMs` have passed. */
function binsBegun(elapsedMs: number): number {
  return Math.max(0, Math.ceil(elapsedMs / BIN_MS));
}

/**
 * The rate of several series together, one sample for the start of each bin, in events a second. The curve has its
 * highest point at the instant and with the value of its peak, which is what `peak(…)` in thresholds is held against.
 */
export function perSecond({ curves, elapsedMs }: Recorded, ...series: readonly SeriesName[]): Float64Array {
  return perSecondAround(curves.sum(series).subarray(0, binsBegun(elapsedMs)));
}

/**
 * Of a run that goes on, the samples of `perSecond` whose second is over: later ones would show a rate that falls only
 * because the rest of their second is still to come.
 */
export function settled(samples: Float64Array, elapsedMs: number): Float64Array {
  return samples.subarray(0, Math.max(0, Math.floor(elapsedMs / BIN_MS) - HALF_SECOND_BINS + 1));
}

/** The number of clients in any of the states, one sample a bin: the running sum of those who came and went. */
export function population({ curves, elapsedMs }: Recorded, states: readonly SeriesName[]): Float64Array {
  const samples = new Float64Array(binsBegun(elapsedMs));
  let sum = 0;
  for (let i = 0; i < samples.length; i++) {
    for (const state of states) sum += curves.bin(state, i);
    samples[i] = sum;
  }
  return samples;
}

/** How many a series counted in the last whole second before now. */
export function rateNow({ curves, elapsedMs }: Recorded, series: SeriesName): number {
  const end = Math.floor(elapsedMs / BIN_MS);
  let sum = 0;
  for (let i = Math.max(0, end - BINS_PER_SECOND); i < end; i++) sum += curves.bin(series, i);
  return sum;
}

/** How many clients are in any of the states now. */
export function populationNow(curves: Curves, states: readonly SeriesName[]): number {
  return states.reduce((sum, state) => sum + curves.total(state), 0);
}
