import type { WorldName } from '../metrics/run.ts';
import type { Expectation } from '../scenario/scenario.ts';
import type { Evaluation } from './evaluate.ts';
import type { VerdictWithReasons } from './verdict.ts';

/** The expectation of a file that states none. */
export const A_PASS: Expectation = { verdict: 'pass', because: [], world: 'both' };

const VERBS = { live: 'run', sim: 'simulate' } as const satisfies Record<WorldName, Expectation['world']>;

/** Whether an expectation applies in a world: a live run cannot have as many clients as a simulation. */
export function appliesIn(world: WorldName, { world: expected }: Expectation): boolean {
  return expected === 'both' || expected === VERBS[world];
}

/** Whether a run had the expected verdict, and exactly the expected thresholds failed. */
export function meets(
  { verdict, because }: Expectation,
  came: VerdictWithReasons['verdict'],
  thresholds: readonly Evaluation[],
): boolean {
  const failed = thresholds.filter(({ ok }) => ok !== true).map(({ expression }) => expression);
  const same = failed.every((one) => because.includes(one)) && because.every((one) => failed.includes(one));
  return came === verdict && same;
}
