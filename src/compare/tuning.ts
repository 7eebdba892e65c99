import type { Judged } from '../threshold/judge.ts';
import type { Span } from './comparison.ts';
import { byName, readingOf, type ComparedName } from './readings.ts';
import { spanOf } from './span.ts';

/** What --json prints and tuning.json holds: the values that were tried, and which of them to take. */
export interface Tuning {
  readonly kind: 'tuning';
  /** raised when a change would make older readers go wrong */
  readonly format: 1;
  /** version of squall */
  readonly squall: string;
  readonly scenario: string;
  readonly scenarioDescription: string;
  /** of the field that was tuned */
  readonly path: string;
  readonly range: readonly [low: string, high: string];
  readonly goal: Goal;
  /** with how many seeds each value was simulated, and the first of them */
  readonly seeds: { readonly first: number; readonly planned: number };
  readonly ended: 'completed' | 'interrupted';
  /** the smallest value first: the trade-off curve */
  readonly tried: readonly Tried[];
  /** null: no value meets the thresholds */
  readonly found: string | null;
  /** the nearest value tried that is milder and does not meet them; null where there is none */
  readonly milder: string | null;
  /** tried beyond the one that was found, and not meeting the thresholds either: the search may have missed something */
  readonly islands: readonly string[];
  readonly live: readonly Confirmation[];
}

/** The smallest value that meets the thresholds, or the largest. */
export type Goal = 'smallest' | 'largest';

export interface Tried {
  /** as a scenario has it */
  readonly value: string;
  /** the same as a number: ms, events a second, a count, a share */
  readonly size: number;
  readonly runs: { readonly done: number; readonly passed: number; readonly inconclusive: number };
  /** did all runs pass? */
  readonly meets: boolean;
  /** thresholds that did not pass in every run */
  readonly failed: readonly string[];
  readonly figures: Readonly<Record<ComparedName, Span>>;
}

/** A real run with one of the values. */
export interface Confirmation {
  readonly value: string;
  /** what the simulations said */
  readonly expected: 'pass' | 'fail';
  /** null: it was refused */
  readonly verdict: Judged['verdict'] | null;
  readonly reasons: readonly string[];
  /** its results folder */
  readonly folder: string | null;
}

/** What simulating one value with many seeds came to. */
export function triedOf(value: string, size: number, judged: readonly Judged[]): Tried {
  const count = (verdict: Judged['verdict']): number => judged.filter((each) => each.verdict === verdict).length;
  const short = judged.flatMap(({ thresholds }) => thresholds.filter(({ ok }) => ok !== true));
  return {
    value,
    size,
    runs: { done: judged.length, passed: count('pass'), inconclusive: count('inconclusive') },
    meets: judged.length > 0 && count('pass') === judged.length,
    failed: [...new Set(short.map(({ expression }) => expression))],
    figures: byName((name) => spanOf(judged.map(({ figures }) => readingOf(name, figures)))),
  };
}
