import { BINS_PER_SECOND } from '../metrics/window.ts';
import type { Population } from './population.ts';

/** Largest share of the population that waits to be ready in a calm second. */
const CALM_WAITING_SHARE = 0.05;
/** Least margin of a storm in standard deviations of a Poisson process of the calm rate. */
const DEVIATIONS = 5;
/** Least margin of a storm as a share of the population a second. */
const POPULATION_SHARE = 0.01;
/** Least margin of a storm in reconnects a second. */
const LEAST_MARGIN = 5;

/**
 * Reconnects a second without a storm: the median over the whole seconds in which no client arrived and few waited.
 * If there are none, over the seconds in which few waited or the seconds without arrivals, whichever are more, because
 * clients may arrive all the time, and connecting may always be slow.
 *
 * @returns null: the run had neither
 */
export function calmPerSecond(population: Population): number | null {
  const { bins, waiting, newcomers, reconnects } = population;
  const seconds = Array.from({ length: Math.floor(bins / BINS_PER_SECOND) }, (_, i) => i * BINS_PER_SECOND);
  const waitingLimit = population.planned * CALM_WAITING_SHARE;
  const waitingAt = (bin: number): number => waiting[bin]! + newcomers[bin]!;
  const calm = seconds.filter((from) => waitingAt(from + BINS_PER_SECOND - 1) <= waitingLimit);
  const calmAt = new Set(calm);
  const still = seconds.filter((from) => sumOfSecond(population.arrivals, from) === 0);
  const steady = still.filter((from) => calmAt.has(from));
  const chosen = steady.length > 0 ? steady : [calm, still].toSorted((a, b) => b.length - a.length)[0]!;
  return chosen.length === 0 ? null : median(chosen.map((from) => sumOfSecond(reconnects, from)));
}

/**
 * The reconnects a second by which a storm exceeds the calm rate: max(5 * sqrt(calm), 1 % of the population, 5). Five
 * deviations, because the fullest of the many windows of a calm run usually exceeds three.
 */
export function stormMargin(calm: number, planned: number): number {
  return Math.max(DEVIATIONS * Math.sqrt(calm), planned * POPULATION_SHARE, LEAST_MARGIN);
}

/** Clients beyond which a group is a crowd: the margin, or half of the population if that is less. */
export function crowdMargin(margin: number, planned: number): number {
  return Math.min(margin, planned / 2);
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
