import type { ComparisonTest } from './comparison.ts';
import type { Estimate } from './estimate.ts';
import { pValuesOf, type PValues, type Relabellings } from './closed-testing.ts';
import { mannWhitneyP } from './mann-whitney.ts';
import { leastP, shiftBetween } from './mann-whitney-shift.ts';
import { known } from './comparable-figures.ts';
import { rankPermutations, type FigureValues } from './rank-permutations.ts';
import { fewestPairs, shiftOf, signFlips } from './sign-flip.ts';

/** Of every test and interval: the share of comparisons of equals in which a difference is seen at most. */
export const LEVEL = 0.05;

/** What one figure came to in the runs of two settings. */
export interface SamplePair {
  /** readings of the first setting; null where a run had none */
  readonly first: FigureValues;
  /** and of the other; where runs are pairs, of the same rounds in the same order */
  readonly other: FigureValues;
}

export type Design = 'paired' | 'unpaired';

/** Whether one setting does better than another, without by how much. */
export type Finding = Pick<ComparisonTest, 'p' | 'adjustedP' | 'evidence'>;

/**
 * Two settings held against one another by several figures of the same runs. By pairs of runs: the exact sign-flip test
 * on the logarithms of the ratios; on the differences where a reading is 0; on their signs where one is infinite. By
 * groups that do not belong together: the exact Mann-Whitney test. There is evidence where p, adjusted for all of the
 * figures having been looked at, is at most LEVEL.
 *
 * @returns in the order of the figures
 */
export function findingsOf(bouts: readonly SamplePair[], design: Design): readonly Finding[] {
  const told = bouts.filter((bout) => couldTell(bout, design));
  const chances = pValuesOf(design === 'paired' ? flips(told) : regrouped(told));
  return bouts.map((bout) => {
    const chance = chances[told.indexOf(bout)];
    return chance === undefined ? TOO_FEW : findingOf(bout, design, chance);
  });
}

/** By how much, and the finding. null where the two have no readings to hold against one another. */
export function comparisonTestOf(bout: SamplePair, design: Design, finding: Finding): ComparisonTest | null {
  const [first, other] = design === 'paired' ? unzipped(pairsOf(bout)) : [known(bout.first), known(bout.other)];
  if (first.length === 0 || other.length === 0) return null;
  const by = scaleOf([...first, ...other]);
  if (by === 'order') return { by, value: null, low: null, high: null, ...finding };
  const scaled = (values: readonly number[]): readonly number[] => (by === 'ratio' ? values.map(Math.log) : values);
  const shift =
    design === 'paired' ? shiftOf(known(shiftsOf(bout)), LEVEL) : shiftBetween(scaled(first), scaled(other), LEVEL);
  return { by, ...unscaled(by, shift), ...finding };
}

const TOO_FEW: Finding = { p: null, adjustedP: null, evidence: 'too few' };

/** Whether there are enough readings for a difference to show at all. */
function couldTell(bout: SamplePair, design: Design): boolean {
  if (design === 'paired') return pairsOf(bout).length >= fewestPairs(LEVEL);
  return leastP(known(bout.first).length, known(bout.other).length) <= LEVEL;
}

function findingOf(bout: SamplePair, design: Design, chance: PValues): Finding {
  // Of groups the distribution is known, however many ways there are to divide the runs.
  const p = design === 'paired' ? chance.p : mannWhitneyP(known(bout.first), known(bout.other));
  const adjustedP = Math.max(p, chance.adjustedP);
  const above = design === 'paired' ? sum(known(shiftsOf(bout))) : ranksAbove(bout);
  return { p, adjustedP, evidence: adjustedP > LEVEL || above === 0 ? 'none' : above < 0 ? 'better' : 'worse' };
}

/** How often a reading of the other setting lies above one of the first, less how often below. */
function ranksAbove({ first, other }: SamplePair): number {
  return sum(known(other).map((y) => sum(known(first).map((x) => distance('order', x, y)))));
}

function flips(bouts: readonly SamplePair[]): Relabellings {
  return signFlips(bouts.map((bout) => shiftsOf(bout).map((shift) => shift ?? 0)));
}

function regrouped(bouts: readonly SamplePair[]): Relabellings {
  return rankPermutations(
    bouts.map(({ first, other }) => [...first, ...other]),
    bouts[0]?.first.length ?? 0,
  );
}

type Scale = ComparisonTest['by'];
type Pair = readonly [first: number, other: number];

function scaleOf(values: readonly number[]): Scale {
  if (!values.every(Number.isFinite)) return 'order';
  return values.every((value) => value > 0) ? 'ratio' : 'difference';
}

function distance(by: Scale, first: number, other: number): number {
  switch (by) {
    case 'ratio':
      return Math.log(other / first);
    case 'difference':
      return other - first;
    case 'order':
      return Number(other > first) - Number(other < first);
  }
}

/** By round; null where one of the two has no reading. */
function shiftsOf(bout: SamplePair): readonly (number | null)[] {
  const by = scaleOf(pairsOf(bout).flat());
  return bout.first.map((x, round) => {
    const y = bout.other[round] ?? null;
    return x === null || y === null ? null : distance(by, x, y);
  });
}

function pairsOf({ first, other }: SamplePair): readonly Pair[] {
  return first.flatMap((x, round) => {
    const y = other[round] ?? null;
    return x === null || y === null ? [] : [[x, y] as const];
  });
}

function unzipped(pairs: readonly Pair[]): readonly [readonly number[], readonly number[]] {
  return [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
}

function unscaled(by: Scale, { value, low, high }: Estimate): Estimate {
  const back = (end: number): number => (by === 'ratio' ? Math.exp(end) : end);
  return { value: back(value), low: low === null ? null : back(low), high: high === null ? null : back(high) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
