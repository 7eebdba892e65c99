import { RunRefused } from '../live/refused.ts';
import type { Outcome, WorldName } from '../metrics/run.ts';
import { TIMINGS } from '../metrics/series.ts';
import { endingOf, togetherReport, type Together } from '../report/together.ts';
import { ScenarioError } from '../scenario/problem.ts';
import type { Problem } from '../scenario/problem.ts';
import type { Expectation, Scenario } from '../scenario/scenario.ts';
import { figuresOf } from '../storm/figures.ts';
import { isPromisedIn } from '../threshold/promise.ts';
import type { Screen } from '../tui/start-screen.ts';
import { carryOut, type JobOptions } from './carry-out.ts';
import { wantsColour } from './colour.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { tellGitHub } from './github.ts';
import { Interrupts } from './interrupts.ts';
import { print, printJson, say } from './output.ts';

/** Scenarios to be carried out one after the other, in either world. */
interface AllJob {
  readonly files: readonly string[];
  /** @throws {ScenarioError} */
  readonly read: (file: string) => Scenario;
  readonly world: WorldName;
  readonly predict?: boolean;
  readonly resultsDir: string;
  readonly json: boolean;
  readonly take: (scenario: Scenario, options: JobOptions) => Promise<Outcome>;
}

interface Promising {
  readonly file: string;
  readonly scenario: Scenario;
  readonly expect: Expectation;
}

/** What a file promises that does not say. */
const A_PASS: Expectation = { verdict: 'pass', because: [], world: 'both' };

/** Nobody looks on: a line for each scenario is told instead. */
export const UNSEEN: Screen = { onEvent: () => {}, onProgress: () => {}, onInterval: () => {}, end: async () => {} };

/** Carries them all out, once all have been found valid, and tells in one table which ended as they promise. */
export async function performAll(job: AllJob): Promise<ExitCode> {
  const scenarios = readAll(job);
  const interrupts = new Interrupts();
  const rows: Together[] = [];
  try {
    for (const [index, each] of scenarios.entries()) {
      const nth = `${index + 1} of ${scenarios.length}  ${each.scenario.name}`;
      if (job.world === 'live' && isPromisedIn('live', each.expect))
        say(`${nth}: up to ${each.scenario.durationMs / 1000} s`);
      const row = await rowOf(each, job, interrupts.signal);
      rows.push(row);
      say(`${nth}: ${endingOf(row)}`);
      if (interrupts.signal.aborted) break;
    }
  } finally {
    interrupts.release();
  }
  if (job.json) printJson(rows);
  else print(togetherReport(rows, scenarios.length, wantsColour(process.stdout, process.env)));
  return interrupts.signal.aborted ? EXIT.interrupted : exitCodeOf(rows);
}

/** @throws {ScenarioError} with everything that is wrong with any of them */
function readAll({ files, read }: AllJob): readonly Promising[] {
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

async function rowOf({ file, scenario, expect }: Promising, job: AllJob, signal: AbortSignal): Promise<Together> {
  const { world, predict = false, resultsDir, take } = job;
  const base = { file, scenario: scenario.name, reason: null, results: null, figures: null, summary: null };
  if (!isPromisedIn(world, expect)) {
    const reason = `it says what \`squall ${expect.world}\` comes to, and nothing else`;
    return { ...base, outcome: 'skipped', kept: null, reason };
  }
  try {
    const { outcome, summary, dir } = await carryOut(
      { scenario, world, predict, resultsDir, take: (options) => take(scenario, options) },
      { signal, watch: async () => UNSEEN },
    );
    tellGitHub(summary, process.env);
    const figures = figuresOf(outcome.measurements, summary.storms);
    for (const name of TIMINGS) outcome.measurements.timings[name].destroy();
    const kept = summary.promise?.kept ?? null;
    return { ...base, outcome: 'ran', kept, results: dir, figures, summary };
  } catch (error) {
    if (!(error instanceof RunRefused)) throw error;
    return { ...base, outcome: 'refused', kept: false, reason: `${error.message}: ${error.fix}` };
  }
}

function exitCodeOf(rows: readonly Together[]): ExitCode {
  const asked = rows.filter(({ outcome }) => outcome !== 'skipped');
  return asked.length > 0 && asked.every(({ kept }) => kept === true) ? EXIT.pass : EXIT.fail;
}
