import type { Curves } from './curves.ts';
import type { Measurements } from './measurements.ts';
import { BIN_MS, type SeriesName } from './series.ts';
import { BINS_PER_SECOND } from './window.ts';

/** Curves, and how far they tell of the run. */
export type Recorded = Pick<Measurements, 'curves' | 'elapsedMs'>;

/** A client with a connection that commands can be sent on: `renewing` is ready with a newer token on its way. */
export const READY_STATES: readonly SeriesName[] = ['stateReady', 'stateRenewing'];

/** The bins that have begun when `elapsedMs` have passed. */
function binsBegun(elapsedMs: number): number {
  return Math.max(0, Math.ceil(elapsedMs / BIN_MS));
}

/**
 * The rate of a series a second, one sample a bin: what the second that ends with the bin counted. It is the sliding
 * window of `peak(…)` in thresholds, so that the curve peaks at the number that is judged.
 */
export function perSecond({ curves, elapsedMs }: Recorded, series: SeriesName): Float64Array {
  const samples = new Float64Array(binsBegun(elapsedMs));
  let sum = 0;
  for (let i = 0; i < samples.length; i++) {
    sum += curves.bin(series, i);
    if (i >= BINS_PER_SECOND) sum -= curves.bin(series, i - BINS_PER_SECOND);
    samples[i] = sum;
  }
  return samples;
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
