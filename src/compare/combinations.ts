import { Draws, PURPOSE } from '../core/random/draws.ts';

/** Divisions up to which all are tried; */
const MOST_EXACT = 50_000;
/** of more, so many are drawn. */
const DRAWN = 20_000;

/**
 * Visits the divisions of `n` runs into a group of `picked` and the others: all of them, or, of more than 50,000, a
 * sample drawn from a stream that is the same each time. The first is that of the first `picked` runs.
 *
 * @param visit gets the indices of the group; the array is used again
 */
export function eachCombination(n: number, picked: number, visit: (group: readonly number[]) => void): void {
  const group = Array.from({ length: picked }, (_, index) => index);
  if (binomial(n, picked) <= MOST_EXACT) {
    do visit(group);
    while (advance(group, n));
    return;
  }
  visit(group);
  const runs = Array.from({ length: n }, (_, index) => index);
  const draws = new Draws(0);
  for (let drawn = 0; drawn < DRAWN; drawn++) {
    for (let at = 0; at < picked; at++) {
      const other = at + Math.floor(draws.unit(drawn, PURPOSE.relabel, at) * (n - at));
      [runs[at], runs[other]] = [runs[other]!, runs[at]!];
      group[at] = runs[at]!;
    }
    visit(group);
  }
}

/** n over picked. */
export function binomial(n: number, picked: number): number {
  let ways = 1;
  for (let k = 1; k <= picked; k++) ways *= (n - picked + k) / k;
  return ways;
}

/** The next group of as many indices, in the order of a dictionary. @returns false after the last */
function advance(group: number[], n: number): boolean {
  let at = group.length - 1;
  while (at >= 0 && group[at] === n - group.length + at) at -= 1;
  if (at < 0) return false;
  group[at]! += 1;
  for (let next = at + 1; next < group.length; next++) group[next] = group[next - 1]! + 1;
  return true;
}
