import { eachCombination } from './combinations.ts';
import type { Relabellings } from './closed-testing.ts';
import { doubledMidranks } from './mann-whitney.ts';

/** The readings of all runs, those of the first setting before those of the other; null for a run without one. */
export type FigureValues = readonly (number | null)[];

/**
 * The relabelling of the Mann-Whitney test for several figures at once: runs change groups, with all that was measured
 * of them. The statistic is a figure's rank sum as its distance from the mean, in standard deviations under the ties
 * that there are.
 *
 * @param figures of each the readings of the same runs, in the same order
 * @param firsts how many of the runs are of the first setting
 */
export function rankPermutations(figures: readonly FigureValues[], firsts: number): Relabellings {
  const ranked = figures.map(rankedOf);
  const statistics = new Float64Array(figures.length);
  const runs = figures[0]?.length ?? 0;
  const fill = (group: readonly number[]): Float64Array => {
    for (const [figure, { ranks, ranked: n, mean, variance }] of ranked.entries()) {
      let [sum, of] = [0, 0];
      for (const run of group) {
        const rank = ranks[run]!;
        if (rank === 0) continue;
        sum += rank;
        of += 1;
      }
      const spread = Math.sqrt((variance * of * (n - of)) / n);
      statistics[figure] = spread === 0 ? 0 : Math.abs(sum - of * mean) / spread;
    }
    return statistics;
  };
  return {
    seen: fill(Array.from({ length: firsts }, (_, run) => run)).slice(),
    each: (visit) => eachCombination(runs, firsts, (group) => visit(fill(group))),
  };
}

/** Ranks by run, 0 where there is no reading, with what they are about. */
function rankedOf(readings: FigureValues): { ranks: Float64Array; ranked: number; mean: number; variance: number } {
  const known = readings.flatMap((value, run) => (value === null ? [] : [{ value, run }]));
  const given = doubledMidranks(known.map(({ value }) => value));
  const ranks = new Float64Array(readings.length);
  for (const [index, { run }] of known.entries()) ranks[run] = given[index]!;
  const n = known.length;
  const mean = given.reduce((sum, rank) => sum + rank, 0) / Math.max(1, n);
  const squares = given.reduce((sum, rank) => sum + (rank - mean) ** 2, 0);
  return { ranks, ranked: n, mean, variance: n > 1 ? squares / (n - 1) : 0 };
}
