import { rmSync } from 'node:fs';
import { RunRefused } from '../../live/refused.ts';
import type { RunControls } from '../../live/run/run.ts';
import type { Curves } from '../../metrics/curves.ts';
import { isWarning, type IntegrityIssue, type Outcome, type RunListener, type WorldName } from '../../metrics/run.ts';
import { htmlReport } from '../../report/html/page.ts';
import { textReport } from '../../report/text/run.ts';
import { summariseRun, type RunResult } from '../../results/summarise-run.ts';
import { FolderError } from '../../results/folder-error.ts';
import { RunFolder } from '../../results/run-folder.ts';
import type { Summary } from '../../results/summary.ts';
import { ScenarioError } from '../../scenario/problem.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { withFault } from '../../scenario/with-fault.ts';
import type { Screen } from '../../tui/start-screen.ts';
import { RunFailed } from '../terminal/run-failed.ts';
import type { ExitCode } from '../terminal/exit-code.ts';
import { beforeStop } from '../terminal/interrupts.ts';
import { log } from '../terminal/output.ts';
import { withCause } from '../terminal/refusal.ts';
import { ShardFolders } from './shard-folders.ts';

/** A scenario to run, in either world. */
export interface Job {
  readonly scenario: Scenario;
  readonly world: WorldName;
  /** simulate it first, and compare the run with that */
  readonly predict?: boolean;
  readonly resultsDir: string;
  run(options: JobOptions): Promise<Outcome>;
}

export interface JobOptions {
  readonly listener: RunListener;
  readonly signal: AbortSignal;
  /** file for the gateway's record of effects */
  readonly journalFile: string;
  /** file for the gateway's log of upgrade requests */
  readonly accessLogFile: string;
  /** file for the fingerprints of a live run's tokens */
  readonly tokensFile: string;
  /** called in a world where faults can be injected by hand */
  readonly onControls: (controls: RunControls) => void;
}

/** Observers of a run. */
interface Watchers {
  readonly signal: AbortSignal;
  /** opens the screen once everything is ready; `predicted` holds the simulated curves */
  readonly watch: (predicted: Curves | null) => Promise<Screen>;
  /** further listeners */
  readonly beside?: readonly RunListener[];
}

interface JobResult {
  /** with the faults injected by hand */
  readonly scenario: Scenario;
  /** null without a prediction */
  readonly predicted: Curves | null;
  readonly outcome: Outcome;
  readonly summary: Summary;
  readonly exitCode: ExitCode;
  /** the results folder */
  readonly dir: string;
}

/** Runs a scenario and keeps everything measured in a results folder. */
export async function runJob(job: Job, { signal, watch, beside = [] }: Watchers): Promise<JobResult> {
  const { world, predict = false, resultsDir } = job;
  let { scenario } = job;
  const prediction = predict ? await (await import('./predict.ts')).predictionOf(scenario, signal) : null;
  const namedAt = new Date();
  let startedAt: Date | null = null;
  const warnings: string[] = [];
  const onWarning = (message: string): void => {
    warnings.push(message);
    log(`warning: ${message}`);
  };
  const folder = new RunFolder({ resultsDir, scenario, world, namedAt, onWarning });
  const stayed = beforeStop(() => {
    if (startedAt !== null) {
      folder.stopNow();
      return log(`stopped at once; see the results so far with: squall report ${folder.dir}`);
    }
    rmSync(folder.dir, { recursive: true, force: true });
    log('stopped before the run began: nothing was kept');
  });
  if (prediction !== null) folder.keepPrediction(prediction);
  const screen = await watch(prediction?.curves ?? null);
  let outcome: Outcome;
  try {
    outcome = await job.run({
      listener: combinedListener([
        folder,
        new ShardFolders(folder.dir, scenario, onWarning),
        screen,
        ...beside,
        {
          onBegin: (begun) => (startedAt = begun),
          onEvent: (event) => void (isWarning(event) && warnings.push(event.message)),
          onInterval: () => {},
          onInjected: (fault) => (scenario = withFault(scenario, fault)),
        },
      ]),
      signal,
      journalFile: folder.path('effects'),
      accessLogFile: folder.path('accessLog'),
      tokensFile: folder.path('tokens'),
      onControls: (controls) => screen.onControls?.(controls),
    });
  } catch (error) {
    // A run that never began leaves no folder.
    stayed();
    if (startedAt !== null) throw new RunFailed(folder.dir, error);
    rmSync(folder.dir, { recursive: true, force: true });
    throw error instanceof RunRefused ? withCause(error, scenario) : error;
  } finally {
    await screen.end();
  }
  const concluded = (issues: readonly IntegrityIssue[]): RunResult =>
    summariseRun({
      scenario,
      world,
      startedAt: startedAt ?? namedAt,
      outcome: { ...outcome, integrity: [...outcome.integrity, ...issues] },
      prediction,
      // The failure that ended the folder is already a reason of the verdict.
      warnings: warnings.filter((warning) => warning !== folder.failure),
    });
  const { issue } = folder;
  let conclusion = concluded(issue === null ? [] : [issue]);
  const { measurements } = outcome;
  const predicted = prediction?.curves ?? null;
  // The report in the folder does not name the folder, so that two simulations write the same.
  const textOf = (summary: Summary): string => textReport({ summary, measurements, dir: null, colour: false });
  try {
    folder.finish(outcome, conclusion.summary, {
      text: textOf(conclusion.summary),
      page: htmlReport({ summary: conclusion.summary, measurements, scenario, predicted }),
    });
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    log(`warning: ${error.message}; the results follow here`);
    const atMs = outcome.measurements.elapsedMs;
    conclusion = concluded([issue ?? { kind: 'results-incomplete', atMs, text: error.message }]);
    folder.writePartialSummary(conclusion.summary, textOf(conclusion.summary));
  }
  stayed();
  return { scenario, predicted, outcome, ...conclusion, dir: folder.dir };
}

/** The reason why a run was refused, with the fix; null for a defect. */
export function refusalText(error: unknown): string | null {
  if (error instanceof RunRefused) return `${error.message}: ${error.fix}`;
  return error instanceof ScenarioError || error instanceof FolderError ? error.message : null;
}

function combinedListener(listeners: readonly RunListener[]): RunListener {
  const watching = listeners.filter((listener) => listener.onProgress !== undefined);
  return {
    onBegin: (startedAt) => listeners.forEach((listener) => listener.onBegin?.(startedAt)),
    onEvent: (event) => listeners.forEach((listener) => listener.onEvent(event)),
    ...(watching.length === 0
      ? {}
      : {
          onProgress: (progress) => watching.forEach((listener) => listener.onProgress?.(progress)),
          progressEveryMs: Math.min(...watching.map(({ progressEveryMs = 0 }) => progressEveryMs)),
        }),
    onInterval: (interval) => listeners.forEach((listener) => listener.onInterval(interval)),
    onInjected: (fault) => listeners.forEach((listener) => listener.onInjected?.(fault)),
    onShardInterval: (shard, interval) => listeners.forEach((listener) => listener.onShardInterval?.(shard, interval)),
    onShardOutcome: (shard, outcome) => listeners.forEach((listener) => listener.onShardOutcome?.(shard, outcome)),
  };
}
