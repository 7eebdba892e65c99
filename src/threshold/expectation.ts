import type { WorldName } from '../metrics/run.ts';
import type { Expectation } from '../scenario/scenario.ts';
import type { Evaluation } from './evaluate.ts';
import type { VerdictWithReasons } from './verdict.ts';

/** The expectation of a file that states none. */
export const A_PASS: Expectation = { verdict: 'pass', because: [], world: 'both' };

const VERBS = { live: 'run', sim: 'simulate' } as const satisfies Record<WorldName, Expectation['world']>;

/** Whether an expectation holds in a world: no machine has the sockets that a simulation does. */
export function appliesIn(world: WorldName, { world: expected }: Expectation): boolean {
  return expected === 'both' || expected === VERBS[world];
}

/** Did a run end as it was said to, for the reason that was said? That is: did these thresholds fail, and no others? */
export function meets(
  { verdict, because }: Expectation,
  came: VerdictWithReasons['verdict'],
  thresholds: readonly Evaluation[],
): boolean {
  const failed = thresholds.filter(({ ok }) => ok !== true).map(({ expression }) => expression);
  const same = failed.every((one) => because.includes(one)) && because.every((one) => failed.includes(one));
  return came === verdict && same;
}
