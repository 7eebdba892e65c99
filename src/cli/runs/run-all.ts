import type { Outcome, WorldName } from '../../metrics/run.ts';
import { destroyTimings } from '../../metrics/timings.ts';
import { annotations } from '../../report/annotations.ts';
import { BATCH } from '../../report/of-batch.ts';
import { endingOf, type BatchRow } from '../../report/text/batch.ts';
import { type Problem, ScenarioError } from '../../scenario/problem.ts';
import type { Expectation, Scenario } from '../../scenario/scenario.ts';
import { figuresOf } from '../../storm/figures.ts';
import { A_PASS, appliesIn } from '../../threshold/expectation.ts';
import type { Screen } from '../../tui/start-screen.ts';
import { runJob, refusalText, type JobOptions } from './run-job.ts';
import { EXIT, withReports, type ExitCode } from '../terminal/exit-code.ts';
import { Interrupts } from '../terminal/interrupts.ts';
import { log } from '../terminal/output.ts';
import { reportOutcome, type OutputOptions } from './report-outcome.ts';

/** Scenarios to run one after the other, in either world. */
interface BatchJob extends OutputOptions {
  readonly files: readonly string[];
  /** @throws {ScenarioError} */
  readonly read: (file: string) => Scenario;
  readonly world: WorldName;
  readonly predict?: boolean;
  readonly resultsDir: string;
  readonly run: (scenario: Scenario, options: JobOptions) => Promise<Outcome>;
}

interface ExpectedRun {
  readonly file: string;
  readonly scenario: Scenario;
  readonly expect: Expectation;
}

/** A screen that shows nothing; one line per scenario is logged instead. */
export const NO_SCREEN: Screen = { onEvent: () => {}, onInterval: () => {}, end: async () => {} };

/** Runs all scenarios once all are valid, and reports in one table which ended as expected. */
export async function runAll(job: BatchJob): Promise<ExitCode> {
  const scenarios = readAll(job);
  const interrupts = new Interrupts();
  const rows: BatchRow[] = [];
  try {
    for (const [index, each] of scenarios.entries()) {
      const nth = `${index + 1} of ${scenarios.length}  ${each.scenario.name}`;
      if (job.world === 'live' && appliesIn('live', each.expect))
        log(`${nth}: up to ${each.scenario.durationMs / 1000} s`);
      const row = await rowOf(each, job, interrupts.signal);
      rows.push(row);
      log(`${nth}: ${endingOf(row)}`);
      if (interrupts.signal.aborted) break;
    }
  } finally {
    interrupts.release();
  }
  // Expected failures get no annotation.
  const news = rows.flatMap(({ met, summary }) => (met === false && summary !== null ? annotations(summary) : []));
  const written = reportOutcome(BATCH, { rows, planned: scenarios.length }, job, news);
  if (interrupts.signal.aborted) return EXIT.interrupted;
  return withReports(exitCodeOf(rows), written);
}

/** @throws {ScenarioError} with all errors of all scenarios */
function readAll({ files, read }: BatchJob): readonly ExpectedRun[] {
  const problems: Problem[] = [];
  const scenarios = files.flatMap((file) => {
    try {
      const scenario = read(file);
      const expect = scenario.expect ?? A_PASS;
      return [{ file, scenario: { ...scenario, expect }, expect }];
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new ScenarioError(problems);
  return scenarios;
}

async function rowOf({ file, scenario, expect }: ExpectedRun, job: BatchJob, signal: AbortSignal): Promise<BatchRow> {
  const { world, predict = false, resultsDir, run } = job;
  const base = { file, scenario: scenario.name, reason: null, results: null, figures: null, summary: null };
  if (!appliesIn(world, expect)) {
    const reason = `it expects a verdict of \`squall ${expect.world}\` only`;
    return { ...base, outcome: 'skipped', met: null, reason };
  }
  try {
    const { outcome, summary, dir } = await runJob(
      { scenario, world, predict, resultsDir, run: (options) => run(scenario, options) },
      { signal, watch: async () => NO_SCREEN },
    );
    const figures = figuresOf(outcome.measurements, summary.storms);
    destroyTimings(outcome.measurements.timings);
    const met = summary.expectation?.met ?? null;
    return { ...base, outcome: 'ran', met, results: dir, figures, summary };
  } catch (error) {
    // A refused scenario does not stop the others.
    const reason = refusalText(error);
    if (reason === null) throw error;
    return { ...base, outcome: 'refused', met: false, reason };
  }
}

function exitCodeOf(rows: readonly BatchRow[]): ExitCode {
  const asked = rows.filter(({ outcome }) => outcome !== 'skipped');
  return asked.length > 0 && asked.every(({ met }) => met === true) ? EXIT.pass : EXIT.fail;
}
