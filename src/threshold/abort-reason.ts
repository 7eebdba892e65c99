import type { Measurements } from '../metrics/measurements.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { evaluateRun } from './evaluate-run.ts';

/** The first threshold with `abort` that has failed by now and is past its grace time, in words; null while all hold. */
export function abortReason(scenario: Scenario, measurements: Measurements): string | null {
  const armed = scenario.thresholds.filter(({ abort, graceMs }) => abort && measurements.elapsedMs >= graceMs);
  if (armed.length === 0) return null;
  const failed = evaluateRun(scenario, measurements, armed).thresholds.find(({ ok }) => ok === false);
  return failed === undefined ? null : `${failed.expression} failed: ${failed.text}`;
}
