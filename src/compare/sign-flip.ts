import type { Estimate } from './estimate.ts';
import type { Relabellings } from './closed-testing.ts';
import { eachSignVector } from './sign-vectors.ts';

/**
 * The labellings of the exact two-sided paired sign-flip test (Fisher, "The Design of Experiments", 1935, section 21) for
 * several figures at once: if both settings have the same effect, the runs of each round are interchangeable. p is the
 * share of all sign vectors whose sum is at least as far from 0 as the actual one; with n pairs it is at least 2 / 2^n.
 * Beyond 14 pairs the vectors are a sample that includes the actual one (Phipson and Smyth, 2010).
 *
 * The statistic is the sum of a figure's differences divided by the root of the sum of their squares.
 *
 * @param figures differences by round for each figure, such as log ratios; 0: the round has none
 */
export function signFlips(figures: readonly (readonly number[])[]): Relabellings {
  const norms = figures.map((differences) => Math.hypot(...differences));
  const statistics = new Float64Array(figures.length);
  const fill = (signs: Int8Array | null): Float64Array => {
    for (const [figure, differences] of figures.entries()) {
      const norm = norms[figure]!;
      statistics[figure] = norm === 0 ? 0 : Math.abs(flipped(differences, signs)) / norm;
    }
    return statistics;
  };
  return {
    seen: fill(null).slice(),
    each: (visit) => eachSignVector(figures[0]?.length ?? 0, (signs) => visit(fill(signs))),
  };
}

function flipped(differences: readonly number[], signs: Int8Array | null): number {
  let sum = 0;
  for (let round = 0; round < differences.length; round++) sum += differences[round]! * (signs?.[round] ?? 1);
  return sum;
}

/** The fewest pairs with which p can reach `level`. */
export function fewestPairs(level: number): number {
  return Math.ceil(Math.log2(2 / level));
}

/**
 * Estimates the shift of the pairs: the mean of the differences, which the sign-flip test never rejects, with the
 * interval of all shifts that it does not reject.
 *
 * A sign vector divides the rounds into kept and flipped ones. Under a shift t its sum is at least as far from 0 as the
 * actual sum exactly when t lies between the means of the two parts, ends included. So p falls, from 1 at the mean of
 * all, by one vector at each such mean, and the interval ends where p falls to `level`. Vectors with all signs alike are
 * as far out under every shift.
 *
 * @param level level of the test, such as 0.05 for a 95 % interval
 */
export function shiftOf(differences: readonly number[], level: number): Estimate {
  const n = differences.length;
  const total = differences.reduce((sum, difference) => sum + difference, 0);
  const value = total / n;
  if (n < fewestPairs(level)) return { value, low: null, high: null };
  const [lows, highs]: [number[], number[]] = [[], []];
  let [all, always] = [0, 0];
  eachSignVector(n, (signs) => {
    all += 1;
    let [kept, size] = [0, 0];
    for (let round = 0; round < n; round++) {
      if (signs[round] !== 1) continue;
      kept += differences[round]!;
      size += 1;
    }
    if (size === n || size === 0) {
      always += 1;
      return;
    }
    const [one, other] = [kept / size, (total - kept) / (n - size)];
    lows.push(Math.min(one, other));
    highs.push(Math.max(one, other));
  });
  const rejected = Math.floor(level * all) - always;
  const sortedLows = Float64Array.from(lows).toSorted();
  const sortedHighs = Float64Array.from(highs).toSorted();
  return { value, low: sortedLows[rejected]!, high: sortedHighs[sortedHighs.length - 1 - rejected]! };
}
