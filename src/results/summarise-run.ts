import { isWarning, type Outcome, type WorldName } from '../metrics/run.ts';
import { targetName } from '../scenario/target-name.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { verdict, type VerdictWithReasons } from '../threshold/verdict.ts';
import { evaluateRun } from '../threshold/evaluate-run.ts';
import { weighedFaults } from '../threshold/missed-faults.ts';
import type { FolderContent } from './read-folder.ts';
import type { Prediction } from './prediction.ts';
import { summarise } from './summarise.ts';
import type { Summary } from './summary.ts';

interface FinishedRun {
  readonly scenario: Scenario;
  readonly world: WorldName;
  readonly startedAt: Date;
  readonly outcome: Outcome;
  /** the prediction by a simulation; null without --predict */
  readonly prediction?: Prediction | null;
  /** problems beside the run, in words */
  readonly warnings: readonly string[];
}

export interface RunResult {
  readonly summary: Summary;
  readonly exitCode: VerdictWithReasons['exitCode'];
}

/** Summary and exit code of a finished run. */
export function summariseRun({
  scenario,
  world,
  startedAt,
  outcome,
  prediction = null,
  warnings,
}: FinishedRun): RunResult {
  const { integrity } = outcome;
  const evidence = evaluateRun(scenario, outcome.measurements, { faults: weighedFaults(outcome), integrity });
  const evaluation = verdict({ ...outcome, thresholds: evidence.thresholds, target: targetName(scenario) });
  const summary = summarise({ scenario, world, startedAt, prediction, warnings, ...outcome, ...evidence, evaluation });
  return { summary, exitCode: evaluation.exitCode };
}

/** The summary of a folder; computed from its other files when the run was cut off. */
export function summaryOf(content: FolderContent): Summary {
  return content.summary ?? summariseCutOff(content);
}

function summariseCutOff(content: FolderContent): Summary {
  const { scenario, measurements, faults, generator, prediction, events, integrity } = content;
  const evidence = evaluateRun(scenario, measurements, { integrity });
  // Faults are left out, since the run may have ended before them.
  const inputs = {
    thresholds: evidence.thresholds,
    generator,
    faults: [],
    ended: 'completed',
    unreachable: false,
    target: targetName(scenario),
    integrity,
    measurements,
  } as const;
  const { reasons } = verdict(inputs);
  const [elapsed, planned] = [measurements.elapsedMs, scenario.durationMs].map((ms) => (ms / 1000).toFixed(1));
  const interrupted = events.some(({ kind }) => kind === 'interrupted');
  const how = interrupted ? 'interrupted and stopped at once' : 'cut off';
  const howFar = `the run was ${how} ${elapsed} s into its ${planned} s`;
  const warnings = events.filter(isWarning).map(({ message }) => message);
  return summarise({
    scenario,
    world: content.world,
    startedAt: new Date(content.startedAt),
    measurements,
    faults,
    generator,
    ended: interrupted ? 'interrupted' : 'cut-off',
    prediction,
    ...evidence,
    evaluation: { verdict: 'inconclusive', reasons: [howFar, ...reasons] },
    warnings: [...warnings, ...content.warnings],
    integrity,
  });
}
