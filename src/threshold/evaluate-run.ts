import type { Measurements } from '../metrics/measurements.ts';
import type { Scenario, ThresholdPlan } from '../scenario/scenario.ts';
import { analyse } from '../storm/analyse.ts';
import type { Storm } from '../storm/storm.ts';
import { evaluate, type Evaluation } from './evaluate.ts';

/** A run's storms and evaluated thresholds. */
export interface Findings {
  readonly storms: readonly Storm[];
  readonly thresholds: readonly Evaluation[];
}

/**
 * Finds the storms of a run and evaluates its thresholds: at the end for the verdict, during the run for the screen
 * and for thresholds that abort it.
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
