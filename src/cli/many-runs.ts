import type { Scenario } from '../scenario/scenario.ts';
import { UsageError } from './usage-error.ts';

/** Runs of which one fails go on to their end like the others, so that their figures can stand beside one another. */
export function withoutAbort(scenario: Scenario): Scenario {
  return { ...scenario, thresholds: scenario.thresholds.map((each) => ({ ...each, abort: false })) };
}

/**
 * Refuses a scenario with limits such as `1.2x baseline`: where settings are held against one another there is none.
 *
 * @throws {UsageError}
 */
export function refuseRelativeThresholds({ thresholds }: Scenario, verb: 'compare' | 'tune'): void {
  const relative = thresholds.find(({ parsed }) => 'times' in parsed.limit);
  if (relative === undefined) return;
  throw new UsageError(
    `the threshold \`${relative.expression}\` needs a baseline, and ${verb} has none: give it a limit of its own`,
  );
}
