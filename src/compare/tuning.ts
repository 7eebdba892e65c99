import { z } from 'zod';
import { parseExpression } from '../threshold/expression.ts';
import type { RunVerdict } from '../threshold/run-verdict.ts';
import { NO_SPAN, spanSchema } from './comparison.ts';
import { byName, comparableFigure } from './comparable-figures.ts';
import { COMPARED } from '../storm/figures.ts';
import { spanOf } from './span.ts';
import { FILES } from '../results/files.ts';
import { parserOf } from '../results/foreign.ts';
import { stampSchema } from '../results/format.ts';
import { named } from '../results/named.ts';

const whole = z.int();
const verdictSchema = z.enum(['pass', 'fail', 'inconclusive']);

const triedSchema = z.object({
  /** spelling in a scenario */
  value: z.string(),
  /** value as a number: ms, events a second, a count, a share */
  size: z.number(),
  runs: z.object({ done: whole, passed: whole, inconclusive: whole }),
  /** runs that passed but ended with clients locked out */
  lockedOut: whole,
  /** whether all runs passed without locked-out clients */
  meets: z.boolean(),
  /** thresholds that failed in any run */
  failed: z.array(z.string()),
  /** reasons of inconclusive runs, each once */
  undecided: z.array(z.string()),
  figures: named(COMPARED, spanSchema, NO_SPAN),
  /** measured values of each threshold */
  thresholds: z.array(z.object({ expression: z.string().refine(isExpression), values: spanSchema })),
});

/** A live run with one of the values. */
const confirmationSchema = z.object({
  value: z.string(),
  /** verdict of the simulations */
  expected: z.enum(['pass', 'fail']),
  /** null: it was refused */
  verdict: verdictSchema.nullable(),
  reasons: z.array(z.string()),
  /** its results folder */
  folder: z.string().nullable(),
});

const tuningSchema = z.object({
  kind: z.literal('tuning'),
  ...stampSchema,
  scenario: z.string(),
  scenarioDescription: z.string(),
  /** path of the tuned field */
  path: z.string(),
  range: z.tuple([z.string(), z.string()]),
  /** whether the smallest or the largest value that meets the thresholds is sought */
  goal: z.enum(['smallest', 'largest']),
  /** first seed, and number of seeds for each value */
  seeds: z.object({ first: whole, planned: whole }),
  ended: z.enum(['completed', 'interrupted']),
  /** trade-off curve, the smallest value first */
  tried: z.array(triedSchema),
  /** null: no value meets the thresholds */
  found: z.string().nullable(),
  /** nearest milder value, which does not meet the thresholds; null: there is none */
  milder: z.string().nullable(),
  /** values beyond the found one that do not meet the thresholds: the search may have missed a better one */
  islands: z.array(z.string()),
  live: z.array(confirmationSchema),
});

/** The result of a tuning, as --json prints it and tuning.json holds it. */
export type Tuning = Readonly<z.infer<typeof tuningSchema>>;
export type Goal = Tuning['goal'];
export type Tried = Readonly<z.infer<typeof triedSchema>>;
export type Confirmation = Readonly<z.infer<typeof confirmationSchema>>;

/** Whether a text is a threshold expression; in a folder any other text is damage. */
function isExpression(text: string): boolean {
  try {
    parseExpression(text);
    return true;
  } catch {
    return false;
  }
}

/** Parses tuning.json. */
export const parseTuning = parserOf(tuningSchema, FILES.tuning);

/** Sums up the simulations of one value with many seeds. */
export function triedOf(value: string, size: number, runs: readonly RunVerdict[]): Tried {
  const count = (verdict: RunVerdict['verdict']): number => runs.filter((each) => each.verdict === verdict).length;
  const open = runs.filter((each) => each.verdict === 'inconclusive');
  const lockedOut = runs.filter(({ verdict, figures }) => verdict === 'pass' && (figures.lockedOut ?? 0) > 0).length;
  const short = runs.flatMap(({ thresholds }) => thresholds.filter(({ ok }) => ok === false));
  return {
    value,
    size,
    runs: { done: runs.length, passed: count('pass'), inconclusive: count('inconclusive') },
    lockedOut,
    meets: runs.length > 0 && count('pass') === runs.length && lockedOut === 0,
    failed: [...new Set(short.map(({ expression }) => expression))],
    undecided: [...new Set(open.map(({ reasons }) => reasons[0] ?? 'inconclusive'))],
    figures: byName((name) => spanOf(runs.map(({ figures }) => comparableFigure(name, figures)))),
    thresholds: (runs[0]?.thresholds ?? []).map(({ expression }, nth) => ({
      expression,
      values: spanOf(runs.map(({ thresholds }) => thresholds[nth]?.value ?? null)),
    })),
  };
}

/**
 * The verdict of a tuning: pass if a value was found and its live run, if any, did not fail; fail if no value meets the
 * thresholds and no run was inconclusive.
 */
export function verdictOf({ found, live, tried, ended }: Tuning): RunVerdict['verdict'] {
  if (found === null) {
    const open = ended === 'interrupted' || tried.some(({ undecided }) => undecided.length > 0);
    return open ? 'inconclusive' : 'fail';
  }
  const run = live.find(({ value }) => value === found);
  return run === undefined || run.verdict === null || run.verdict === 'pass' ? 'pass' : 'inconclusive';
}

/** Whether a value may still meet the thresholds: no run failed or locked clients out, but some were inconclusive. */
export function isOpen({ meets, runs, lockedOut }: Tried): boolean {
  return !meets && lockedOut === 0 && runs.passed + runs.inconclusive === runs.done;
}
