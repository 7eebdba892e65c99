import { join } from 'node:path';
import { unitOf } from '../compare/units.ts';
import type { Search } from '../compare/search.ts';
import { verdictOf, type Tuning } from '../compare/tuning.ts';
import { tuningAnnotations } from '../report/annotations-of-many.ts';
import { tuningPage } from '../report/html/tuning.ts';
import { json } from '../report/json.ts';
import { TUNING } from '../report/of-tuning.ts';
import { checkConsent } from '../live/network/consent.ts';
import { tuneReport } from '../report/text/tuning.ts';
import { FILES } from '../results/files.ts';
import { FolderError } from '../results/folder-error.ts';
import { makeFolder } from '../results/folder-name.ts';
import { writeWhole } from '../results/write-whole.ts';
import { MAX_SEED } from '../scenario/limits.ts';
import { ScenarioError, showTyped } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { CONSENT_FLAGS, allowing, consentOf } from './terminal/allow-host.ts';
import { wholeNumber } from './terminal/arguments.ts';
import { EXIT, withReports, type ExitCode } from './terminal/exit-code.ts';
import { Interrupts } from './terminal/interrupts.ts';
import { log } from './terminal/output.ts';
import { refuseRelativeThresholds, withoutAbort } from './runs/many-runs.ts';
import { RESULTS_FLAGS } from './runs/results-flags.ts';
import { REPORT_FLAG, reportFiles } from './runs/report-files.ts';
import { SCENARIO_FLAGS, readScenario } from './scenarios/scenarios.ts';
import { reportOutcome, type OutputOptions } from './runs/report-outcome.ts';
import { confirmLive, searchBySimulation, type TuningJob } from './runs/tuning-runs.ts';
import { UsageError } from './terminal/usage-error.ts';
import { required, verb } from './terminal/verb.ts';

const MAX_SEEDS = 100;
const SEEDS = 5;

export const tune = verb({
  command: 'tune <scenario>',
  summary: 'Find the mildest value of a field that meets the thresholds',
  details:
    'Finds the smallest value of a field (--largest: the largest) with which the scenario meets its thresholds. Simulates values from the range with several seeds each, closer and closer to the edge. Prints the figures of each value, and confirms the answer by two live runs: one with the found value, one with its milder neighbour, which should fail.\n' +
    '1..40 are whole numbers, 1.0..4.0 are not; the edge is found to within a 256th of the range.\n' +
    'Exit status: 0 found, 1 no value meets the thresholds, 2 usage or scenario error, 3 the live run did not pass, or runs were inconclusive, 130 interrupted.',
  positionals: { scenario: required('A scenario file, or the name of a bundled one') },
  flags: {
    find: {
      type: 'string',
      demandOption: true,
      requiresArg: true,
      describe: 'Field and range to search: tokens.refresh.jitter.uniform=0s..60s',
    },
    largest: { type: 'boolean', default: false, describe: 'Find the largest value that meets the thresholds' },
    seeds: {
      type: 'string',
      coerce: wholeNumber('--seeds', 1, MAX_SEEDS),
      describe: `Seeds to simulate each value with (default: ${SEEDS}); all must pass`,
    },
    live: { type: 'boolean', default: true, describe: 'Confirm the answer by live runs (--no-live: only simulations)' },
    ...SCENARIO_FLAGS,
    ...CONSENT_FLAGS,
    report: REPORT_FLAG,
    ...RESULTS_FLAGS,
    json: { type: 'boolean', default: false, describe: 'Print the outcome as JSON' },
  },
  examples: [
    ['$0 tune expiry-cliff --find tokens.refresh.jitter.uniform=0s..18s', 'how much jitter is enough?'],
    ['$0 tune deploy-drop --find clients.count=100..5k --largest --no-live', 'how many clients fit?'],
  ],
  async run({ scenario: file, find, largest, seeds = SEEDS, live, set, allowFile, allowHost, ...given }) {
    const telling = { json: given.json, reports: reportFiles(given.report, TUNING) };
    const { path, low, high, kind } = readFind(find);
    const read = (value: string): Scenario =>
      withoutAbort(
        allowing(
          readWith({ file, sets: set, allowFiles: allowFile, allowExec: given.allowExec, find, path }, value),
          allowHost,
        ),
      );
    const scenario = read(low);
    read(high);
    const consent = consentOf({ allowExec: given.allowExec, allowHost });
    // Missing consent for the final live runs is reported before the simulations.
    if (live) await checkConsent(scenario, consent);
    refuseRelativeThresholds(scenario, 'tune');
    if (scenario.thresholds.length === 0) {
      throw new UsageError('the scenario has no thresholds: without them any value is good enough');
    }
    if (scenario.seed + seeds - 1 > MAX_SEED)
      throw new UsageError(`--seeds ${seeds}: the last one would be above ${MAX_SEED}`);
    const [from, to] = [kind.read(low) ?? 0, kind.read(high) ?? 0];
    const search: Search = { kind, low: from, high: to, goal: largest ? 'largest' : 'smallest' };
    const job: TuningJob = { scenario, path, range: [low, high], search, seeds, consent, read };
    return runTuning(job, live, given.results, telling);
  },
});

interface ValueContext {
  readonly file: string;
  readonly sets: readonly string[];
  readonly allowFiles: readonly string[];
  readonly allowExec: boolean;
  /** the argument of --find */
  readonly find: string;
  readonly path: string;
}

/** The scenario with one value of the range. An error caused by the value is reported for --find. */
function readWith({ file, sets, allowFiles, allowExec, find, path }: ValueContext, value: string): Scenario {
  const place = { set: `${path}=${value}`, typed: { option: '--find', argument: find } } as const;
  try {
    return readScenario(file, sets, allowFiles, [place], allowExec);
  } catch (error) {
    if (!(error instanceof ScenarioError) || error.problems.every((problem) => problem.place === place)) throw error;
    readScenario(file, sets, allowFiles);
    throw new UsageError(`--find ${showTyped(find)}: ${value} makes the scenario invalid:\n${error.message}`, {
      cause: error,
    });
  }
}

const FORM = 'write path=from..to, such as tokens.refresh.jitter.uniform=0s..60s';

/** The path, the two ends and the unit of a range to search. */
function readFind(argument: string) {
  const refuse = (message: string): never => {
    throw new UsageError(`--find ${showTyped(argument)}: ${message}`);
  };
  const [, path = '', low = '', high = ''] = /^([^=]+)=(.+?)\.\.(.+)$/.exec(argument) ?? refuse(FORM);
  const kind = unitOf([low, high]) ?? refuse(`not two durations, rates, shares or numbers — ${FORM}`);
  if (path === 'seed') refuse('seeds are no setting — --seeds sets the number of seeds for each value');
  const [from, to] = [kind.read(low) ?? 0, kind.read(high) ?? 0];
  if (from >= to) refuse('the range is empty — the smaller value comes first');
  return { path, low, high, kind };
}

async function runTuning(job: TuningJob, live: boolean, results: string, telling: OutputOptions): Promise<ExitCode> {
  const dir = makeFolder(results, new Date(), `${job.scenario.name}-tuning`);
  const interrupts = new Interrupts();
  const { signal } = interrupts;
  let tuning: Tuning;
  try {
    tuning = await searchBySimulation(job, signal);
    if (live && !signal.aborted) tuning = await confirmLive(tuning, job, dir, signal);
  } finally {
    interrupts.release();
  }
  try {
    writeWhole(join(dir, FILES.tuning), json(tuning));
    writeWhole(join(dir, FILES.report), tuneReport({ tuning, dir: null, colour: false }));
    writeWhole(join(dir, FILES.page), tuningPage(tuning));
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    log(`warning: ${error.message}; what came out follows here`);
  }
  const written = reportOutcome(TUNING, { tuning, dir }, telling, tuningAnnotations(tuning));
  if (signal.aborted) return EXIT.interrupted;
  return withReports(EXIT[verdictOf(tuning)], written);
}
