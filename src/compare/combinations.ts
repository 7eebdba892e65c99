import { Draws, PURPOSE } from '../core/random/draws.ts';

/** Combinations up to which all are visited. */
const MAX_EXACT = 50_000;
/** Combinations in the sample that is visited where there are more. */
const SAMPLE_SIZE = 20_000;

/**
 * Visits the combinations of `picked` out of `n` runs: all of them, or, of more than 50,000, a sample that is the same
 * each time. The first one holds the first `picked` runs.
 *
 * @param visit receives the indices of the group; the array is reused
 */
export function eachCombination(n: number, picked: number, visit: (group: readonly number[]) => void): void {
  const group = Array.from({ length: picked }, (_, index) => index);
  if (binomial(n, picked) <= MAX_EXACT) {
    do visit(group);
    while (advance(group, n));
    return;
  }
  visit(group);
  const runs = Array.from({ length: n }, (_, index) => index);
  const draws = new Draws(0);
  for (let drawn = 0; drawn < SAMPLE_SIZE; drawn++) {
    for (let at = 0; at < picked; at++) {
      const other = at + Math.floor(draws.unit(drawn, PURPOSE.relabel, at) * (n - at));
      [runs[at], runs[other]] = [runs[other]!, runs[at]!];
      group[at] = runs[at]!;
    }
    visit(group);
  }
}

/** The number of combinations of `picked` out of `n`. */
export function binomial(n: number, picked: number): number {
  let ways = 1;
  for (let k = 1; k <= picked; k++) ways *= (n - picked + k) / k;
  return ways;
}

/** Turns a group into the next one in lexicographic order. @returns false after the last */
function advance(group: number[], n: number): boolean {
  let at = group.length - 1;
  while (at >= 0 && group[at] === n - group.length + at) at -= 1;
  if (at < 0) return false;
  group[at]! += 1;
  for (let next = at + 1; next < group.length; next++) group[next] = group[next - 1]! + 1;
  return true;
}
