/** Statistics by figure; each grows with the difference between two settings. The array is reused. */
export type Statistics = Float64Array;

/** Labellings of the runs that are equally likely if both settings have the same effect. */
export interface Relabellings {
  /** statistics of the actual labelling */
  readonly seen: Statistics;
  /** Visits all labellings, or a sample, the actual one included. */
  each(visit: (statistics: Statistics) => void): void;
}

/** Relative difference up to which sums are equal. */
const ROUNDING = 1e-9;

/**
 * Exponent with which the statistics of several figures are added up. A low one detects small changes in all figures, a
 * high one a large change in one: with this one the power of the test is near the best in both cases.
 */
const POWER = 12;

/** Most figures, because every set of them is tested. */
const MOST_FIGURES = 12;

/** The p-values of one figure. */
export interface PValues {
  /** share of labellings with a statistic that is at least as large as the actual one */
  readonly p: number;
  /** the same, adjusted for testing the other figures as well; never below `p` */
  readonly adjustedP: number;
}

/**
 * Computes for each figure p and the adjusted p. Among the figures that are the same under both settings, the probability
 * that *any* has an adjusted p of at most x is at most x. It is the closed test of Marcus, Peritz and Gabriel (Biometrika
 * 63, 1976): a figure differs only if every set of figures that contains it differs as a whole, each tested by
 * relabelling whole runs (Westfall and Young, "Resampling-Based Multiple Testing", 1993). So figures that are strongly
 * correlated, such as the figures of one storm, count about once.
 *
 * @returns in the order of the figures, of which there are 12 at most
 */
export function pValuesOf(relabellings: Relabellings): readonly PValues[] {
  const { seen } = relabellings;
  const figures = seen.length;
  if (figures > MOST_FIGURES) throw new RangeError(`${figures} figures: at most ${MOST_FIGURES} are tested together`);
  const observed = setSums(seen, new Float64Array(2 ** figures)).map((sum) => sum * (1 - ROUNDING));
  const sums = new Float64Array(2 ** figures);
  const far = new Uint32Array(2 ** figures);
  let all = 0;
  relabellings.each((statistics) => {
    all += 1;
    setSums(statistics, sums);
    for (let set = 1; set < sums.length; set++) if (sums[set]! >= observed[set]!) far[set]! += 1;
  });
  return Array.from(seen, (_, figure) => {
    let most = 0;
    for (let set = 1; set < far.length; set++) if ((set >> figure) & 1) most = Math.max(most, far[set]!);
    return { p: far[1 << figure]! / all, adjustedP: most / all };
  });
}

/** Adds up the raised statistics of every set of figures; the bits of an index are the figures in the set. */
function setSums(statistics: Statistics, sums: Float64Array): Float64Array {
  for (let figure = 0; figure < statistics.length; figure++) {
    const raised = statistics[figure]! ** POWER;
    const from = 1 << figure;
    for (let set = 0; set < from; set++) sums[from + set] = sums[set]! + raised;
  }
  return sums;
}
