import { rmSync } from 'node:fs';
import { RunRefused } from '../live/refused.ts';
import type { Curves } from '../metrics/curves.ts';
import type { Outcome, RunEvent, RunListener, WorldName } from '../metrics/run.ts';
import { jsonReport } from '../report/json.ts';
import { textReport } from '../report/text.ts';
import { conclude } from '../results/conclude.ts';
import { FolderError } from '../results/folder-error.ts';
import { RunFolder } from '../results/run-folder.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { plainLines } from '../tui/plain-lines.ts';
import { canShowScreen, startScreen, type Screen } from '../tui/start-screen.ts';
import { wantsColour } from './colour.ts';
import type { ExitCode } from './exit-code.ts';
import { Interrupts } from './interrupts.ts';
import { print, say } from './output.ts';
import { predictionOf } from './predict.ts';

/** A scenario to be run, in either world, before somebody's eyes. */
interface Job {
  readonly scenario: Scenario;
  readonly world: WorldName;
  /** simulate it first, and hold the run against that */
  readonly predict?: boolean;
  readonly resultsDir: string;
  readonly json: boolean;
  take(options: JobOptions): Promise<Outcome>;
}

interface JobOptions {
  readonly listener: RunListener;
  readonly signal: AbortSignal;
  /** where a gateway may record effects */
  readonly journalFile: string;
}

/** The options of every verb that makes a results folder. */
export const RESULTS_FLAGS = {
  results: { type: 'string', default: 'results', describe: 'Where the results folder is made' },
  json: { type: 'boolean', default: false, describe: 'Print the summary as JSON, and no screen' },
} as const;

/** Virtual time begins here, so that the same simulation writes the same at any time of any day. */
const VIRTUAL_START = new Date(0);

/** Runs it, and sees to it that whatever was measured is kept and told. */
export async function perform(job: Job): Promise<ExitCode> {
  const { scenario, world, predict = false, resultsDir, json } = job;
  const interrupts = new Interrupts();
  const prediction = predict ? await predictionOf(scenario, interrupts.signal) : null;
  const namedAt = new Date();
  const startedAt = world === 'sim' ? VIRTUAL_START : namedAt;
  const warnings: string[] = [];
  const onWarning = (message: string): void => {
    warnings.push(message);
    say(`warning: ${message}`);
  };
  const folder = new RunFolder({ resultsDir, scenario, world, startedAt, namedAt, onWarning });
  if (prediction !== null) folder.keepPrediction(prediction);
  const screen = await watching({ scenario, json, interrupts, predicted: prediction?.curves ?? null });
  let outcome: Outcome;
  try {
    outcome = await job.take({
      listener: everyone([folder, screen, noting(warnings)]),
      signal: interrupts.signal,
      journalFile: folder.path('effects'),
    });
  } catch (error) {
    await screen.end();
    if (error instanceof RunRefused) rmSync(folder.dir, { recursive: true, force: true });
    throw error;
  } finally {
    interrupts.release();
  }
  const { summary, exitCode } = conclude({ scenario, world, startedAt, outcome, prediction, warnings });
  const { curves } = outcome.measurements;
  const report = (dir: string | null, colour: boolean): string => textReport({ summary, curves, dir, colour });
  await screen.end();
  try {
    // What lies in the folder does not say which folder: two simulations write the same.
    folder.finish(outcome, summary, report(null, false));
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    say(`warning: ${error.message}; what was measured follows here`);
  }
  print(json ? jsonReport(summary) : report(folder.dir, wantsColour(process.stdout, process.env)));
  return exitCode;
}

interface Watched extends Pick<Job, 'scenario' | 'json'> {
  readonly interrupts: Interrupts;
  readonly predicted: Curves | null;
}

/** The screen where there is a terminal to show it in, and lines on stderr elsewhere. */
async function watching({ scenario, json, interrupts, predicted }: Watched): Promise<Screen> {
  const { stdout, stdin, stderr } = process;
  if (json || !canShowScreen(stdout)) return { ...plainLines({ scenario, stream: stderr }), end: async () => {} };
  return startScreen({
    scenario,
    predicted,
    stdout,
    stdin,
    onQuit: (how) => (how === 'now' ? interrupts.stopNow() : interrupts.windDown()),
  });
}

function noting(warnings: string[]): RunListener {
  return {
    onEvent: ({ kind, message }: RunEvent) => {
      if (kind === 'warning' || kind === 'target-died') warnings.push(message);
    },
    onProgress: () => {},
    onInterval: () => {},
  };
}

function everyone(listeners: readonly RunListener[]): RunListener {
  return {
    onEvent: (event) => listeners.forEach((listener) => listener.onEvent(event)),
    onProgress: (progress) => listeners.forEach((listener) => listener.onProgress(progress)),
    onInterval: (interval) => listeners.forEach((listener) => listener.onInterval(interval)),
  };
}
