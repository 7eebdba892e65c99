import type { FaultOutcome } from '../core/fault/outcome.ts';
import { isCutShort } from '../metrics/cut-short.ts';
import type { Measurements } from '../metrics/measurements.ts';
import { hasEndedRun, isLoss, type IntegrityIssue } from '../metrics/run.ts';
import { unknownNow } from '../metrics/unknown.ts';
import type { Scenario, ThresholdPlan } from '../scenario/scenario.ts';
import { analyse } from '../storm/analyse.ts';
import type { Storm } from '../storm/storm.ts';
import { evaluate, type Evaluation } from './evaluate.ts';
import { evidenceOf } from './evidence.ts';
import { lateRenewals } from './late-renewals.ts';
import { missedBy } from './missed-faults.ts';

/** A run's storms and evaluated thresholds. */
export interface Findings {
  readonly storms: readonly Storm[];
  readonly thresholds: readonly Evaluation[];
}

interface Options {
  /** some of the scenario's thresholds; default: all */
  readonly thresholds?: readonly ThresholdPlan[];
  /** the faults of a run that reached its end, whose misses are weighed; default: none */
  readonly faults?: readonly FaultOutcome[];
  /** integrity issues of the run so far, among which losses leave thresholds open, as unknown clients do; default: none */
  readonly integrity?: readonly IntegrityIssue[];
}

/**
 * Finds the storms of a run and evaluates its thresholds in both views of it: at the end for the verdict, during the run
 * for the screen and for thresholds that abort it. The storms are those of the run as it was.
 */
export function evaluateRun(
  scenario: Scenario,
  measurements: Measurements,
  { thresholds = scenario.thresholds, faults = [], integrity = [] }: Options = {},
): Findings {
  if (thresholds.length === 0) return { storms: analyse(measurements, scenario), thresholds: [] };
  const { offered, intended } = evidenceOf(measurements, scenario);
  const missed = missedBy(faults);
  const isLate = isCutShort(measurements);
  const expired = lateRenewals(measurements, scenario);
  const isPartial = integrity.some(isLoss) || unknownNow(measurements.curves) > 0;
  const isEndedEarly = hasEndedRun(integrity);
  return {
    storms: offered.storms,
    thresholds: thresholds.map(({ parsed, baseline }) =>
      evaluate(parsed, offered, { baseline, intended, missed, isCutShort: isLate, expired, isPartial, isEndedEarly }),
    ),
  };
}
