import { z } from 'zod';
import { parseExpression } from '../threshold/expression.ts';
import type { RunVerdict } from '../threshold/run-verdict.ts';
import { NO_SPAN, spanSchema } from './comparison.ts';
import { byName, comparableFigure } from './comparable-figures.ts';
import { COMPARED } from '../storm/figures.ts';
import { spanOf } from './span.ts';
import { FILES } from '../results/files.ts';
import { foreignDocument } from '../results/foreign.ts';
import { stampSchema } from '../results/format.ts';
import { named } from '../results/named.ts';

const whole = z.int();
const verdictSchema = z.enum(['pass', 'fail', 'inconclusive']);

const triedSchema = z.object({
  /** as a scenario has it */
  value: z.string(),
  /** the same as a number: ms, events a second, a count, a share */
  size: z.number(),
  runs: z.object({ done: whole, passed: whole, inconclusive: whole }),
  /** runs that passed and left clients locked out at their end, which is not good enough */
  lockedOut: whole,
  /** did all runs pass, and leave nobody locked out? */
  meets: z.boolean(),
  /** thresholds that failed in a run */
  failed: z.array(z.string()),
  /** why runs came to no verdict, each reason once */
  undecided: z.array(z.string()),
  figures: named(COMPARED, spanSchema, NO_SPAN),
  /** what each threshold was held against */
  thresholds: z.array(z.object({ expression: z.string().refine(isExpression), values: spanSchema })),
});

/** A real run with one of the values. */
const confirmationSchema = z.object({
  value: z.string(),
  /** what the simulations said */
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
  /** of the field that was tuned */
  path: z.string(),
  range: z.tuple([z.string(), z.string()]),
  /** the smallest value that meets the thresholds, or the largest */
  goal: z.enum(['smallest', 'largest']),
  /** with how many seeds each value was simulated, and the first of them */
  seeds: z.object({ first: whole, planned: whole }),
  ended: z.enum(['completed', 'interrupted']),
  /** the smallest value first: the trade-off curve */
  tried: z.array(triedSchema),
  /** null: no value meets the thresholds */
  found: z.string().nullable(),
  /** the nearest value tried that is milder and does not meet them; null where there is none */
  milder: z.string().nullable(),
  /** tried beyond the one that was found, and not meeting the thresholds either: the search may have missed something */
  islands: z.array(z.string()),
  live: z.array(confirmationSchema),
});

/** What --json prints and tuning.json holds: the values that were tried, and which of them to take. */
export type Tuning = Readonly<z.infer<typeof tuningSchema>>;
export type Goal = Tuning['goal'];
export type Tried = Readonly<z.infer<typeof triedSchema>>;
export type Confirmation = Readonly<z.infer<typeof confirmationSchema>>;

/** Reports name the subject of a threshold, so an expression that cannot be read is damage. */
function isExpression(text: string): boolean {
  try {
    parseExpression(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param file where it stands, for the message
 * @returns null for a text that is no tuning
 * @throws {FolderError} for one of a newer format
 */
export function parseTuning(text: string, file: string = FILES.tuning): Tuning | null {
  return foreignDocument(tuningSchema, text, file);
}

/** What simulating one value with many seeds came to. */
export function triedOf(value: string, size: number, judged: readonly RunVerdict[]): Tried {
  const count = (verdict: RunVerdict['verdict']): number => judged.filter((each) => each.verdict === verdict).length;
  const open = judged.filter((each) => each.verdict === 'inconclusive');
  const lockedOut = judged.filter(({ verdict, figures }) => verdict === 'pass' && (figures.lockedOut ?? 0) > 0).length;
  const short = judged.flatMap(({ thresholds }) => thresholds.filter(({ ok }) => ok === false));
  return {
    value,
    size,
    runs: { done: judged.length, passed: count('pass'), inconclusive: count('inconclusive') },
    lockedOut,
    meets: judged.length > 0 && count('pass') === judged.length && lockedOut === 0,
    failed: [...new Set(short.map(({ expression }) => expression))],
    undecided: [...new Set(open.map(({ reasons }) => reasons[0] ?? 'inconclusive'))],
    figures: byName((name) => spanOf(judged.map(({ figures }) => comparableFigure(name, figures)))),
    thresholds: (judged[0]?.thresholds ?? []).map(({ expression }, nth) => ({
      expression,
      values: spanOf(judged.map(({ thresholds }) => thresholds[nth]?.value ?? null)),
    })),
  };
}

/**
 * What a tuning came to: a pass when a value was found that no live run with it speaks against; a failure when all that
 * were tried are known not to do.
 */
export function verdictOf({ found, live, tried, ended }: Tuning): RunVerdict['verdict'] {
  if (found === null) {
    const open = ended === 'interrupted' || tried.some(({ undecided }) => undecided.length > 0);
    return open ? 'inconclusive' : 'fail';
  }
  const run = live.find(({ value }) => value === found);
  return run === undefined || run.verdict === null || run.verdict === 'pass' ? 'pass' : 'inconclusive';
}

/** Whether no run failed or locked clients out with a value, and not all came to a verdict. */
export function isOpen({ meets, runs, lockedOut }: Tried): boolean {
  return !meets && lockedOut === 0 && runs.passed + runs.inconclusive === runs.done;
}
