import { medianOf, type Estimate } from './estimate.ts';
import type { Relabellings } from './family.ts';
import { eachSigns } from './signs.ts';

/**
 * The exact two-sided p of the paired sign-flip test (Fisher, "The Design of Experiments", 1935, section 21): if the
 * two settings did the same, each difference might as well have had the other sign. p is the share of all assignments
 * of signs whose sum is at least as far from 0 as the one that was seen. Ties count as at least as far.
 *
 * With n pairs p is never below 2 / 2^n. Beyond 18 pairs the assignments are drawn, from a stream of their own that is
 * the same each time, and the one that was seen is counted among them (Phipson and Smyth, 2010).
 *
 * @param differences of each pair, such as log ratios; of those that are 0 the sign does not matter
 * @returns 1 when there are none
 */
export function signFlipP(differences: readonly number[]): number {
  const told = differences.filter((difference) => difference !== 0);
  if (told.length === 0) return 1;
  const seen = Math.abs(flipped(told, null)) * (1 - ROUNDING);
  let [far, all] = [0, 0];
  eachSigns(told.length, (signs) => {
    all += 1;
    if (Math.abs(flipped(told, signs)) >= seen) far += 1;
  });
  return far / all;
}

/**
 * The same relabelling for several figures at once: the runs of a round change places, with all that was measured of
 * them. The statistic is the sum of a figure's differences, as a share of the greatest that equal ones could come to.
 *
 * @param figures of each its differences by round, in the same order; 0 in a round without one
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
    each: (visit) => eachSigns(figures[0]?.length ?? 0, (signs) => visit(fill(signs))),
  };
}

function flipped(differences: readonly number[], signs: Int8Array | null): number {
  let sum = 0;
  for (let round = 0; round < differences.length; round++) sum += differences[round]! * (signs?.[round] ?? 1);
  return sum;
}

/** The fewest pairs with which p can fall to `level` at all. */
export function fewestPairs(level: number): number {
  return Math.ceil(Math.log2(2 / level));
}

/** Sums that differ in the last bits only are equal. */
const ROUNDING = 1e-12;

/**
 * The shift that the pairs stand for: their median, within all shifts that the sign-flip test does not reject.
 *
 * @param level of the test, such as 0.05 for a 95 % interval
 */
export function shiftOf(differences: readonly number[], level: number): Estimate {
  const value = medianOf(differences);
  if (differences.length < fewestPairs(level)) return { value, low: null, high: null };
  const holds = (shift: number): boolean => signFlipP(differences.map((difference) => difference - shift)) > level;
  const [least, most] = [Math.min(...differences), Math.max(...differences)];
  return { value, low: edge(value, least, holds), high: edge(value, most, holds) };
}

/** The last shift on the way from `inside` to `outside` that still holds. */
function edge(inside: number, outside: number, holds: (shift: number) => boolean): number {
  if (holds(outside)) return outside;
  let [near, far] = [inside, outside];
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (near + far) / 2;
    if (holds(middle)) near = middle;
    else far = middle;
  }
  return far;
}

const BISECTIONS = 16;
