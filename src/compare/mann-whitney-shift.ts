import { binomial } from './combinations.ts';
import { medianOf, type Estimate } from './estimate.ts';
import { mannWhitneyP } from './mann-whitney.ts';

/** The least possible two-sided p for groups of these sizes, whose values do not overlap. */
export function leastP(a: number, b: number): number {
  return Math.min(1, 2 / binomial(a + b, b));
}

/** The fewest runs in each of two equal groups with which p can reach `level`. */
export function fewestRuns(level: number): number {
  let runs = 1;
  while (leastP(runs, runs) > level) runs += 1;
  return runs;
}

/**
 * The shift from the values of `a` to the values of `b`: the median of all differences (Hodges and Lehmann, 1963), with
 * the interval of the differences that the Mann-Whitney test does not reject.
 *
 * @param level level of the test, such as 0.05 for a 95 % interval
 */
export function shiftBetween(a: readonly number[], b: readonly number[], level: number): Estimate {
  const shifts = b.flatMap((y) => a.map((x) => y - x)).toSorted((x, y) => x - y);
  const value = medianOf(shifts);
  if (leastP(a.length, b.length) > level) return { value, low: null, high: null };
  const rejects = (shift: number): boolean =>
    mannWhitneyP(
      a,
      b.map((y) => y - shift),
    ) <= level;
  const ends = [...new Set(shifts)];
  return { value, low: outermost(ends, rejects), high: outermost(ends.toReversed(), rejects) };
}

/**
 * The end of the interval on the side where `shifts` begin. p is constant between two neighbouring differences, and has
 * another value at a difference itself, where there are ties. So it is evaluated in the middle between neighbours.
 */
function outermost(shifts: readonly number[], rejects: (shift: number) => boolean): number {
  let [from, to] = [0, Math.max(0, shifts.length - 2)];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (rejects((shifts[middle]! + shifts[middle + 1]!) / 2)) from = middle + 1;
    else to = middle;
  }
  return shifts[from]!;
}
