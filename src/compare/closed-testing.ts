/** The statistics of all figures, each the greater the further two settings are apart. The array is used again. */
export type Statistics = Float64Array;

/** Every way in which the runs might as well have been labelled, had both settings done the same. */
export interface Relabellings {
  /** as the runs were labelled */
  readonly seen: Statistics;
  /** Visits all of them, or a sample; the one that was seen is among them. */
  each(visit: (statistics: Statistics) => void): void;
}

/** Sums that differ in the last bits only are equal. */
const ROUNDING = 1e-9;

/**
 * To which power the statistics of several figures are added up. A low one notices when all of them changed a little, a
 * high one when a single one changed a lot: with this one the power is near the best of either.
 */
const POWER = 12;

/** Every set of the figures is tested. */
const MOST_FIGURES = 12;

/** What the relabellings say of one figure. */
export interface PValues {
  /** the share of relabellings in which it is at least as far out as it was seen */
  readonly p: number;
  /** the same, adjusted for the other figures having been looked at as well; never below `p` */
  readonly adjustedP: number;
}

/**
 * For each figure its p, and the p that allows for the others: where some figures do the same under both settings, the
 * chance that *any* of them comes to so small an adjusted p is no greater than it. It is the closed test of Marcus,
 * Peritz and Gabriel (Biometrika 63, 1976): a figure differs only if every set of figures that holds it differs as a
 * whole, each tested by relabelling whole runs (Westfall and Young, "Resampling-Based Multiple Testing", 1993). So
 * figures that say the same, as those of one storm do, count about once.
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

/** Of every set of figures, as bits, what its statistics come to. */
function setSums(statistics: Statistics, sums: Float64Array): Float64Array {
  for (let figure = 0; figure < statistics.length; figure++) {
    const raised = statistics[figure]! ** POWER;
    const from = 1 << figure;
    for (let set = 0; set < from; set++) sums[from + set] = sums[set]! + raised;
  }
  return sums;
}
