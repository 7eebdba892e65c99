import type { Curves } from '../../metrics/curves.ts';
import { annotations } from '../../report/annotations.ts';
import { RUN } from '../../report/formats.ts';
import { summaryOf } from '../../results/summarise-run.ts';
import { FolderError } from '../../results/folder-error.ts';
import { readFolder } from '../../results/read-folder.ts';
import { plainLines } from '../../tui/plain-lines.ts';
import { canShowScreen, startScreen, type Screen } from '../../tui/start-screen.ts';
import { RunFailed } from '../terminal/run-failed.ts';
import { runJob, type Job } from './run-job.ts';
import { withReports, type ExitCode } from '../terminal/exit-code.ts';
import { Interrupts } from '../terminal/interrupts.ts';
import { keepBaseline } from './keep-baseline.ts';
import { openMetricsEndpoint, type MetricsAddress } from './metrics-endpoint.ts';
import { log, printJson } from '../terminal/output.ts';
import { reportOutcome, type OutputOptions } from './report-outcome.ts';

/** Options of every verb that creates a results folder. */
export const RESULTS_FLAGS = {
  results: { type: 'string', default: 'results', describe: 'Folder in which the results folder is created' },
  json: { type: 'boolean', default: false, describe: 'Print the summary as JSON, and no screen' },
} as const;

/** Output, baseline and metrics of one run. */
interface RunScenarioOptions extends OutputOptions {
  /** the file to save the run to as a baseline */
  readonly saveBaseline: string | undefined;
  /** address at which metrics are served during the run */
  readonly metrics?: MetricsAddress | undefined;
}

/** Runs a scenario with a screen, and reports the outcome. */
export async function runScenario(job: Job, performing: RunScenarioOptions): Promise<ExitCode> {
  const { scenario, world } = job;
  const { json, saveBaseline, metrics } = performing;
  const endpoint = metrics === undefined ? null : await openMetricsEndpoint(metrics, scenario, world);
  if (endpoint !== null) log(`metrics at ${endpoint.url}`);
  const interrupts = new Interrupts();
  try {
    const { outcome, summary, exitCode, dir, ...ran } = await runJob(job, {
      signal: interrupts.signal,
      watch: (predicted) => openScreen(job, json, interrupts, predicted),
      beside: endpoint === null ? [] : [endpoint],
    });
    const { measurements } = outcome;
    const written = reportOutcome(RUN, { ...ran, summary, measurements, dir }, performing, annotations(summary));
    const kept = saveBaseline === undefined || keepBaseline(saveBaseline, { scenario, world, outcome, summary });
    return withReports(exitCode, written && kept);
  } catch (error) {
    if (json && error instanceof RunFailed) printPartialSummary(error);
    throw error;
  } finally {
    interrupts.release();
    await endpoint?.close();
  }
}

/** Prints the summary of a failed run as JSON on stdout. */
function printPartialSummary({ dir }: RunFailed): void {
  try {
    printJson(summaryOf(readFolder(dir)));
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
  }
}

/** The screen in a terminal, or lines on stderr elsewhere. */
async function openScreen(
  { scenario, world }: Job,
  json: boolean,
  interrupts: Interrupts,
  predicted: Curves | null,
): Promise<Screen> {
  const { stdout, stdin, stderr } = process;
  if (json || !canShowScreen(stdout)) return { ...plainLines({ scenario, stream: stderr }), end: async () => {} };
  return startScreen({
    scenario,
    world,
    predicted,
    stdout,
    stdin,
    onQuit: (how) => (how === 'now' ? interrupts.stopNow() : interrupts.windDown()),
  });
}
