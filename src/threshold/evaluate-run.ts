import type { Measurements } from '../metrics/measurements.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { analyse } from '../storm/analyse.ts';
import type { Storm } from '../storm/storm.ts';
import { evaluate, type Evaluation } from './evaluate.ts';
import { parseExpression } from './expression.ts';

/** What there is to say of a run beside its figures. */
export interface Findings {
  readonly storms: readonly Storm[];
  readonly thresholds: readonly Evaluation[];
}

/** Finds the storms of a run, and holds the scenario's thresholds against it. */
export function evaluateRun(scenario: Scenario, measurements: Measurements): Findings {
  const storms = analyse(measurements, scenario);
  return {
    storms,
    thresholds: scenario.thresholds.map(({ expression, baseline }) =>
      evaluate(parseExpression(expression), measurements, storms, baseline),
    ),
  };
}
