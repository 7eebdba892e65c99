import { waysToPick } from './divisions.ts';
import { medianOf, type Estimate } from './estimate.ts';
import { mannWhitneyP } from './mann-whitney.ts';

/** The least two-sided p that groups of these sizes can come to: no value of one among those of the other. */
export function leastP(a: number, b: number): number {
  return Math.min(1, 2 / waysToPick(a + b, b));
}

/** The fewest runs in each of two equal groups with which p can fall to `level` at all. */
export function fewestRuns(level: number): number {
  let runs = 1;
  while (leastP(runs, runs) > level) runs += 1;
  return runs;
}

/**
 * By how much the values of `b` lie above those of `a`: the median of all differences between the two (Hodges and
 * Lehmann, 1963), within the differences that the Mann-Whitney test does not reject.
 *
 * @param level of the test, such as 0.05 for a 95 % interval
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
  // p changes at the differences only, so that the ends of the interval are among them.
  return { value, low: outermost(shifts, rejects), high: outermost(shifts.toReversed(), rejects) };
}

/** The first of the shifts, from the outside in, that the test does not reject. */
function outermost(shifts: readonly number[], rejects: (shift: number) => boolean): number {
  let [from, to] = [0, (shifts.length - 1) >> 1];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (rejects(shifts[middle]!)) from = middle + 1;
    else to = middle;
  }
  return shifts[from]!;
}
