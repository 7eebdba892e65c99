import { BINS_PER_SECOND } from '../metrics/window.ts';
import type { Population } from './population.ts';

/** A second with more of the population waiting to be back than this is not calm. */
const CALM_WAITING_SHARE = 0.05;
/** A storm exceeds the calm rate by so many standard deviations of a Poisson process of that rate. */
const DEVIATIONS = 5;
/** ... and by this share of the population a second. */
const POPULATION_SHARE = 0.01;
/** ... and by this many reconnects a second. */
const LEAST_MARGIN = 5;

/**
 * Reconnects a second when there is no storm: the median over the whole seconds of the run in which no client
 * arrived and few waited to be back. Where the run has no such second: the median over those without arrivals, or
 * over all, so that a storm without any calm beside it is still measured against something.
 */
export function calmPerSecond(population: Population): number {
  const seconds = Array.from({ length: Math.floor(population.bins / BINS_PER_SECOND) }, (_, i) => i * BINS_PER_SECOND);
  const steady = seconds.filter((from) => sumOfSecond(population.arrivals, from) === 0);
  const waitingLimit = population.planned * CALM_WAITING_SHARE;
  const calm = steady.filter((from) => population.waiting[from + BINS_PER_SECOND - 1]! <= waitingLimit);
  const judged = [calm, steady, seconds].find((some) => some.length > 0) ?? [];
  return median(judged.map((from) => sumOfSecond(population.reconnects, from)));
}

/**
 * How far a storm stands out: max(5 * sqrt(calm), 1 % of the population, 5). Five deviations, because the fullest of
 * the many windows of a calm run exceeds three of them more often than not.
 */
export function stormMargin(calm: number, planned: number): number {
  return Math.max(DEVIATIONS * Math.sqrt(calm), planned * POPULATION_SHARE, LEAST_MARGIN);
}

function sumOfSecond(bins: Int32Array, from: number): number {
  let sum = 0;
  for (let i = from; i < from + BINS_PER_SECOND; i++) sum += bins[i]!;
  return sum;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? 0;
  const lower = sorted[(sorted.length - 1) >> 1] ?? 0;
  return (lower + upper) / 2;
}
