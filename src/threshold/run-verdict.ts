import type { Outcome } from '../metrics/run.ts';
import { targetName } from '../scenario/target-name.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { figuresOf, type Figures } from '../storm/figures.ts';
import type { Evaluation } from './evaluate.ts';
import { verdict, type VerdictWithReasons } from './verdict.ts';
import { evaluateRun } from './evaluate-run.ts';
import { weighedFaults } from './missed-faults.ts';

/** The result of one of many runs: small, so that thousands can be kept and compared. */
export interface RunVerdict {
  readonly seed: number;
  readonly verdict: VerdictWithReasons['verdict'];
  /** sentences that say why; empty for a pass */
  readonly reasons: readonly string[];
  readonly figures: Figures;
  readonly thresholds: readonly Evaluation[];
}

export function runVerdict(scenario: Scenario, outcome: Outcome): RunVerdict {
  const { integrity } = outcome;
  const { storms, thresholds } = evaluateRun(scenario, outcome.measurements, {
    faults: weighedFaults(outcome),
    integrity,
  });
  const { verdict: outcomeVerdict, reasons } = verdict({ ...outcome, thresholds, target: targetName(scenario) });
  return {
    seed: scenario.seed,
    verdict: outcomeVerdict,
    reasons,
    figures: figuresOf(outcome.measurements, storms),
    thresholds,
  };
}
