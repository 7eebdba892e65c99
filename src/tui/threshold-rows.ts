import type { Progress } from '../metrics/run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { evaluateRun } from '../threshold/evaluate-run.ts';
import type { ThresholdRow } from './view-model.ts';

/** Where each threshold of a run stands by now; none before the first progress. */
export function thresholdRows(scenario: Scenario, progress: Progress | null): readonly ThresholdRow[] {
  if (progress === null || scenario.thresholds.length === 0) return [];
  return evaluateRun(scenario, progress.measurements).thresholds.map(({ expression, ok, text }) => ({
    status: ok === null ? 'no data' : ok ? 'ok' : 'failing',
    expression,
    value: text,
  }));
}
