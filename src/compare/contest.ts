import type { Contest } from './comparison.ts';
import type { Estimate } from './estimate.ts';
import { mannWhitneyP } from './mann-whitney.ts';
import { leastP, shiftBetween } from './mann-whitney-shift.ts';
import { fewestPairs, shiftOf, signFlipP } from './sign-flip.ts';

/** Of every test and interval: the share of comparisons of equals in which a difference is seen at most. */
export const LEVEL = 0.05;

/** A reading of the first setting, and one of the other, of the same round. */
export type Pair = readonly [first: number, other: number];

/** Whether one setting does better than another, without by how much. */
export type Finding = Pick<Contest, 'p' | 'evidence'>;

/**
 * The other setting held against the first by pairs of runs: the exact sign-flip test on the logarithms of the ratios;
 * on the differences where a reading is 0; on their signs where one is infinite.
 */
export function findingOfPairs(pairs: readonly Pair[]): Finding {
  if (pairs.length < fewestPairs(LEVEL)) return TOO_FEW;
  const shifts = shiftsOf(scaleOf(pairs.flat()), pairs);
  return finding(signFlipP(shifts), sum(shifts));
}

/** The same by groups of runs that do not belong together: the exact Mann-Whitney test. */
export function findingOfGroups(first: readonly number[], other: readonly number[]): Finding {
  if (leastP(first.length, other.length) > LEVEL) return TOO_FEW;
  const above = sum(other.map((y) => sum(first.map((x) => distance('order', x, y)))));
  return finding(mannWhitneyP(first, other), above);
}

/** The finding, and by how much. null for no pairs. */
export function contestOfPairs(pairs: readonly Pair[]): Contest | null {
  if (pairs.length === 0) return null;
  const by = scaleOf(pairs.flat());
  const estimate = by === 'order' ? UNKNOWN : unscaled(by, shiftOf(shiftsOf(by, pairs), LEVEL));
  return { by, ...estimate, ...findingOfPairs(pairs) };
}

/** The finding, and by how much. null when a group is empty. */
export function contestOfGroups(first: readonly number[], other: readonly number[]): Contest | null {
  if (first.length === 0 || other.length === 0) return null;
  const by = scaleOf([...first, ...other]);
  const scaled = (values: readonly number[]): readonly number[] => (by === 'ratio' ? values.map(Math.log) : values);
  const estimate = by === 'order' ? UNKNOWN : unscaled(by, shiftBetween(scaled(first), scaled(other), LEVEL));
  return { by, ...estimate, ...findingOfGroups(first, other) };
}

const TOO_FEW: Finding = { p: null, evidence: 'too few' };
const UNKNOWN = { value: null, low: null, high: null } as const;

type Scale = Contest['by'];

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

function shiftsOf(by: Scale, pairs: readonly Pair[]): readonly number[] {
  return pairs.map(([first, other]) => distance(by, first, other));
}

function finding(p: number, above: number): Finding {
  return { p, evidence: p > LEVEL || above === 0 ? 'none' : above < 0 ? 'better' : 'worse' };
}

function unscaled(by: Scale, { value, low, high }: Estimate): Estimate {
  const back = (end: number): number => (by === 'ratio' ? Math.exp(end) : end);
  return { value: back(value), low: low === null ? null : back(low), high: high === null ? null : back(high) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
