import type { Measurements } from '../metrics/measurements.ts';
import type { Scenario, ThresholdPlan } from '../scenario/scenario.ts';
import { analyse } from '../storm/analyse.ts';
import type { Storm } from '../storm/storm.ts';
import { evaluate, type Evaluation } from './evaluate.ts';

/** What there is to say of a run beside its figures. */
export interface Findings {
  readonly storms: readonly Storm[];
  readonly thresholds: readonly Evaluation[];
}

/**
 * Finds the storms of a run, and evaluates thresholds over what was measured: at its end for the verdict, and in its
 * midst for the screen and for thresholds that abort it.
 *
 * @param thresholds some of the scenario's; default: all
 */
export function evaluateRun(
  scenario: Scenario,
  measurements: Measurements,
  thresholds: readonly ThresholdPlan[] = scenario.thresholds,
): Findings {
  const storms = analyse(measurements, scenario);
  return {
    storms,
    thresholds: thresholds.map(({ parsed, baseline }) => evaluate(parsed, measurements, storms, baseline)),
  };
}
