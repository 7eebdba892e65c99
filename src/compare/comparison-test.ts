import type { ComparisonTest } from './comparison.ts';
import type { Estimate } from './estimate.ts';
import { pValuesOf, type PValues, type Relabellings } from './closed-testing.ts';
import { mannWhitneyP } from './mann-whitney.ts';
import { leastP, shiftBetween } from './mann-whitney-shift.ts';
import { known } from './comparable-figures.ts';
import { rankPermutations, type FigureValues } from './rank-permutations.ts';
import { fewestPairs, shiftOf, signFlips } from './sign-flip.ts';

/** Level of every test and interval: highest share of comparisons of equal settings that show a difference. */
export const LEVEL = 0.05;

/** Values of one figure in the runs of two settings. */
export interface SamplePair {
  /** values of the first setting */
  readonly first: FigureValues;
  /** values of the other setting; in a paired design from the same rounds in the same order */
  readonly other: FigureValues;
}

export type Design = 'paired' | 'unpaired';

/** Evidence for one setting over another, without the size of the difference. */
export type Finding = Pick<ComparisonTest, 'p' | 'adjustedP' | 'evidence'>;

/**
 * Compares two settings by several figures of the same runs. Paired: the exact sign-flip test on the logarithms of the
 * ratios; on the differences if a value is 0; on their signs if one is infinite. Unpaired: the exact Mann-Whitney test.
 * There is evidence if p, adjusted for testing all figures, is at most LEVEL.
 *
 * @returns in the order of the figures
 */
export function findingsOf(pairs: readonly SamplePair[], design: Design): readonly Finding[] {
  const testable = pairs.filter((pair) => isTestable(pair, design));
  const pValues = pValuesOf(design === 'paired' ? signLabellings(testable) : rankLabellings(testable));
  return pairs.map((pair) => {
    const own = pValues[testable.indexOf(pair)];
    return own === undefined ? TOO_FEW : findingOf(pair, design, own);
  });
}

/** The size of the difference, and the finding; null: a setting has no values. */
export function comparisonTestOf(pair: SamplePair, design: Design, finding: Finding): ComparisonTest | null {
  const [first, other] = design === 'paired' ? unzipped(pairsOf(pair)) : [known(pair.first), known(pair.other)];
  if (first.length === 0 || other.length === 0) return null;
  const by = scaleOf([...first, ...other]);
  if (by === 'order') return { by, value: null, low: null, high: null, intended: null, ...finding };
  const scaled = (values: readonly number[]): readonly number[] => (by === 'ratio' ? values.map(Math.log) : values);
  const shift =
    design === 'paired' ? shiftOf(known(shiftsOf(pair)), LEVEL) : shiftBetween(scaled(first), scaled(other), LEVEL);
  return { by, ...unscaled(by, shift), intended: null, ...finding };
}

/**
 * The finding that holds both as squall offered the runs and as it intended them, with the larger p: squall's own lateness
 * leaves a difference open that only one of the two shows, or that they show in opposite directions.
 */
export function agreed(offered: Finding, intended: Finding): Finding {
  if (offered.evidence === 'too few' || intended.evidence === 'too few') return TOO_FEW;
  return {
    p: larger(offered.p, intended.p),
    adjustedP: larger(offered.adjustedP, intended.adjustedP),
    evidence: offered.evidence === intended.evidence ? offered.evidence : 'open',
  };
}

function larger(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}

const TOO_FEW: Finding = { p: null, adjustedP: null, evidence: 'too few' };

/** Whether there are enough values for a difference to show. */
function isTestable(pair: SamplePair, design: Design): boolean {
  if (design === 'paired') return pairsOf(pair).length >= fewestPairs(LEVEL);
  return leastP(known(pair.first).length, known(pair.other).length) <= LEVEL;
}

function findingOf(pair: SamplePair, design: Design, pValues: PValues): Finding {
  // The distribution for groups is computed exactly for any number of runs.
  const p = design === 'paired' ? pValues.p : mannWhitneyP(known(pair.first), known(pair.other));
  const adjustedP = Math.max(p, pValues.adjustedP);
  const above = design === 'paired' ? sum(known(shiftsOf(pair))) : ranksAbove(pair);
  return { p, adjustedP, evidence: adjustedP > LEVEL || above === 0 ? 'none' : above < 0 ? 'better' : 'worse' };
}

/** The number of pairs in which the other setting's value is higher, minus the number in which it is lower. */
function ranksAbove({ first, other }: SamplePair): number {
  return sum(known(other).map((y) => sum(known(first).map((x) => distance('order', x, y)))));
}

function signLabellings(pairs: readonly SamplePair[]): Relabellings {
  return signFlips(pairs.map((pair) => shiftsOf(pair).map((shift) => shift ?? 0)));
}

function rankLabellings(pairs: readonly SamplePair[]): Relabellings {
  return rankPermutations(
    pairs.map(({ first, other }) => [...first, ...other]),
    pairs[0]?.first.length ?? 0,
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

/** Differences by round; null: one of the two has no value. */
function shiftsOf(pair: SamplePair): readonly (number | null)[] {
  const by = scaleOf(pairsOf(pair).flat());
  return pair.first.map((x, round) => {
    const y = pair.other[round] ?? null;
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
