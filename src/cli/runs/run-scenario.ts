import type { Curves } from '../../metrics/curves.ts';
import { annotations } from '../../report/annotations.ts';
import { RUN } from '../../report/of-run.ts';
import { FolderError } from '../../results/folder-error.ts';
import { plainLines } from '../../tui/plain-lines.ts';
import { canShowScreen } from '../../tui/can-show-screen.ts';
import type { Screen } from '../../tui/start-screen.ts';
import { RunFailed } from '../terminal/run-failed.ts';
import { runJob, type Job } from './run-job.ts';
import { withReports, type ExitCode } from '../terminal/exit-code.ts';
import { Interrupts } from '../terminal/interrupts.ts';
import type { MetricsAddress } from './metrics-flag.ts';
import { log, printJson } from '../terminal/output.ts';
import { reportOutcome, type OutputOptions } from './report-outcome.ts';

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
  const endpoint = metrics === undefined ? null : await metricsEndpoint(metrics, job);
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
    const kept =
      saveBaseline === undefined ||
      (await import('./keep-baseline.ts')).keepBaseline(saveBaseline, { scenario, world, outcome, summary });
    return withReports(exitCode, written && kept);
  } catch (error) {
    if (json && error instanceof RunFailed) await printPartialSummary(error);
    throw error;
  } finally {
    interrupts.release();
    await endpoint?.close();
  }
}

async function metricsEndpoint(address: MetricsAddress, { scenario, world }: Job) {
  const { openMetricsEndpoint } = await import('./metrics-endpoint.ts');
  return openMetricsEndpoint(address, scenario, world);
}

/** Prints the summary of a failed run as JSON on stdout. */
async function printPartialSummary({ dir }: RunFailed): Promise<void> {
  try {
    const [{ readFolder }, { summaryOf }] = await Promise.all([
      import('../../results/read-folder.ts'),
      import('../../results/summarise-run.ts'),
    ]);
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
  const { startScreen } = await import('../../tui/start-screen.ts');
  return startScreen({
    scenario,
    world,
    predicted,
    stdout,
    stdin,
    onQuit: (how) => (how === 'now' ? interrupts.stopNow() : interrupts.windDown()),
  });
}
