import type { Measurements } from '../metrics/measurements.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { evaluateRun } from './evaluate-run.ts';

/** A sentence about the first `abort` threshold that has failed after its grace time; null while all hold. */
export function abortReason(scenario: Scenario, measurements: Measurements): string | null {
  const armed = scenario.thresholds.filter(({ abort, graceMs }) => abort && measurements.elapsedMs >= graceMs);
  if (armed.length === 0) return null;
  const failed = evaluateRun(scenario, measurements, { thresholds: armed }).thresholds.find(({ ok }) => ok === false);
  return failed === undefined ? null : `${failed.expression} failed: ${failed.text}`;
}
