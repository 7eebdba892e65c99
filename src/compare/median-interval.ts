import { medianOf, type Estimate } from './estimate.ts';

/**
 * The median of one setting's runs with an interval that covers the true median with a confidence of at least 1 - level
 * under any distribution: the number of runs below the median is binomial with p = 1/2 (Thompson, 1936).
 *
 * @param level such as 0.05 for 95 %; with fewer than 6 runs there is no such interval
 */
export function medianInterval(values: readonly number[], level: number): Estimate {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  let below = 0;
  let tail = 0.5 ** n;
  let term = tail;
  while (2 * tail <= level && below < n) {
    below += 1;
    term *= (n - below + 1) / below;
    tail += term;
  }
  const value = medianOf(values);
  return below === 0 ? { value, low: null, high: null } : { value, low: sorted[below - 1]!, high: sorted[n - below]! };
}
