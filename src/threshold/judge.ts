import type { Outcome } from '../metrics/run.ts';
import { targetName } from '../scenario/target-name.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { figuresOf, type Figures } from '../storm/figures.ts';
import type { Evaluation } from './evaluate.ts';
import { verdict, type Judgement } from './verdict.ts';
import { weigh } from './weigh.ts';

/** What one of many runs comes to: small, so that thousands can be kept and compared. */
export interface Judged {
  readonly seed: number;
  readonly verdict: Judgement['verdict'];
  /** why, for people; empty for a pass */
  readonly reasons: readonly string[];
  readonly figures: Figures;
  readonly thresholds: readonly Evaluation[];
}

export function judge(scenario: Scenario, outcome: Outcome): Judged {
  const { storms, thresholds } = weigh(scenario, outcome.measurements);
  const judgement = verdict({ ...outcome, thresholds, target: targetName(scenario) });
  return {
    seed: scenario.seed,
    verdict: judgement.verdict,
    reasons: judgement.reasons,
    figures: figuresOf(outcome.measurements, storms),
    thresholds,
  };
}
