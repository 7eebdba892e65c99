import type { Scenario } from '../../scenario/scenario.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** The scenario without aborting thresholds, so that all runs are equally long and their figures comparable. */
export function withoutAbort(scenario: Scenario): Scenario {
  return { ...scenario, thresholds: scenario.thresholds.map((each) => ({ ...each, abort: false })) };
}

/**
 * Refuses thresholds relative to a baseline (`1.2x baseline`); compare and tune have no baseline.
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
