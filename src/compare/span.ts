import type { Reading, Span } from './comparison.ts';
import { LEVEL } from './comparison-test.ts';
import { medianInterval } from './median-interval.ts';
import { known } from './comparable-figures.ts';

/** The median and interval of a figure over several runs. @param values null: the run has none */
export function spanOf(values: readonly (number | null)[]): Span {
  const all = known(values);
  if (all.length === 0) return { runs: 0, median: null, low: null, high: null };
  const { value, low, high } = medianInterval(all, LEVEL);
  const end = (reading: number | null): Reading | null => (reading === null ? null : worded(reading));
  return { runs: all.length, median: worded(value), low: end(low), high: end(high) };
}

function worded(value: number): Reading {
  return Number.isFinite(value) ? value : value < 0 ? 'no storm' : 'never';
}
