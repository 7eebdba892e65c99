import { eachCombination } from './combinations.ts';
import type { Relabellings } from './closed-testing.ts';
import { doubledMidranks } from './mann-whitney.ts';

/** Values of one figure by run, the first setting's runs before the other's; null: the run has none. */
export type FigureValues = readonly (number | null)[];

/**
 * The labellings of the Mann-Whitney test for several figures at once: whole runs change groups. The statistic is the
 * distance of a figure's rank sum from its mean, in standard deviations with the given ties.
 *
 * @param figures values of the same runs, in the same order, for each figure
 * @param firsts number of runs of the first setting
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

/** Ranks by run (0: no value) with their number, mean and variance. */
function rankedOf(values: FigureValues): { ranks: Float64Array; ranked: number; mean: number; variance: number } {
  const known = values.flatMap((value, run) => (value === null ? [] : [{ value, run }]));
  const given = doubledMidranks(known.map(({ value }) => value));
  const ranks = new Float64Array(values.length);
  for (const [index, { run }] of known.entries()) ranks[run] = given[index]!;
  const n = known.length;
  const mean = given.reduce((sum, rank) => sum + rank, 0) / Math.max(1, n);
  const squares = given.reduce((sum, rank) => sum + (rank - mean) ** 2, 0);
  return { ranks, ranked: n, mean, variance: n > 1 ? squares / (n - 1) : 0 };
}
