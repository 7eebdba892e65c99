import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison } from '../compare/comparison.ts';
import { mostRounds } from '../compare/order.ts';
import { COMPARISON } from '../report/of-comparison.ts';
import { compareReport } from '../report/text/comparison.ts';
import { comparisonPage } from '../report/html/comparison.ts';
import { json } from '../report/json.ts';
import { FILES } from '../results/files.ts';
import { FolderError } from '../results/folder-error.ts';
import { makeFolder } from '../results/folder-name.ts';
import type { Setting } from '../results/seeds-plan.ts';
import { writeWhole } from '../results/write-whole.ts';
import { resolvedYaml } from '../scenario/resolved-yaml.ts';
import { MAX_SEED } from '../scenario/limits.ts';
import { CONSENT_FLAGS, allowing, consentOf } from './terminal/allow-host.ts';
import { wholeNumber } from './terminal/arguments.ts';
import { compareFolders } from './runs/compare-folders.ts';
import { readComparedRuns } from './runs/read-compared-runs.ts';
import { comparisonOf, runInTurns, simulateSettings, type ComparisonJob } from './runs/compare-runs.ts';
import { EXIT, withReports, type ExitCode } from './terminal/exit-code.ts';
import { Interrupts } from './terminal/interrupts.ts';
import { log } from './terminal/output.ts';
import { RESULTS_FLAGS } from './runs/results-flags.ts';
import { REPORT_FLAG, reportFiles } from './runs/report-files.ts';
import { SCENARIO_FLAGS } from './scenarios/scenarios.ts';
import { VARY_FLAG, readSettings } from './runs/simulate-settings.ts';
import { refuseRelativeThresholds, withoutAbort } from './runs/many-runs.ts';
import { reportOutcome, type OutputOptions } from './runs/report-outcome.ts';
import { UsageError } from './terminal/usage-error.ts';
import { required, verb } from './terminal/verb.ts';

/** Maximum runs per setting; a difference that 100 pairs do not show is too small to matter. */
const MAX_PAIRS = 100;
const PAIRS = 6;
/** Maximum number of settings; a longer table is not readable. */
const MAX_SETTINGS = 20;

export const compare = verb({
  command: 'compare <scenario..>',
  summary: 'Run settings of a scenario in turns, and recommend one',
  details:
    'Runs every combination of the --vary values in turns (A B B A …) and compares each setting with the first one: medians with 95 % intervals, exact tests, and the mildest setting that meets the thresholds. The unit is a run; runs of one round share a seed and form a pair. ~ means: no evidence of a difference. Rounds with inconclusive live runs are repeated, up to half the number of pairs.\n' +
    'Given folders of finished runs, it compares those runs; runs whose scenarios differ only in the seed form one setting.\n' +
    'Thresholds with abort are evaluated at the end of each run, so that all runs are equally long.\n' +
    'Exit status: 0 compared, 2 usage or scenario error, 3 too few conclusive runs or an unwritable report, 4 a run was refused, 130 interrupted.',
  positionals: {
    scenario: {
      ...required('A scenario file, or the name of a bundled one; or the folders of finished runs'),
      array: true,
    },
  },
  flags: {
    vary: { ...VARY_FLAG, describe: VARY_FLAG.describe.replace('Simulate', 'Compare') },
    pairs: {
      type: 'string',
      coerce: wholeNumber('--pairs', 1, MAX_PAIRS),
      describe: `Runs of each setting (default: ${PAIRS}, the fewest that can show a difference)`,
    },
    simulate: { type: 'boolean', default: false, describe: 'Simulate instead: no sockets, any number of clients' },
    ...SCENARIO_FLAGS,
    ...CONSENT_FLAGS,
    report: REPORT_FLAG,
    ...RESULTS_FLAGS,
    json: { type: 'boolean', default: false, describe: 'Print the comparison as JSON' },
  },
  examples: [
    ['$0 compare expiry-cliff --vary tokens.refresh.jitter.uniform=0s,2s,10s', 'which jitter?'],
    [
      '$0 compare expiry-cliff --vary tokens.refresh.jitter.uniform=0s,2s,10s --simulate --pairs 20',
      'the same in virtual time, with 20 seeds',
    ],
    ['$0 compare results/2026-11-23T*', 'compare existing runs'],
  ],
  async run({ scenario: paths, vary, pairs, simulate, set, allowFile, allowHost, ...given }) {
    const telling = { json: given.json, reports: reportFiles(given.report, COMPARISON) };
    if (vary.length === 0) {
      if (paths.length < 2) {
        throw new UsageError(
          'nothing to compare: name values to vary (--vary PATH=a,b), or the folders of two finished runs',
        );
      }
      if (set.length > 0 || simulate || pairs !== undefined) {
        throw new UsageError(
          '--set, --simulate and --pairs need a scenario with --vary; finished runs are compared unchanged',
        );
      }
      const comparison = compareFolders(paths);
      const runs = readComparedRuns(null, comparison);
      return exitCodeOf(comparison, reportOutcome(COMPARISON, { comparison, dir: null, runs }, telling));
    }
    const [file = '', ...others] = paths;
    if (others.length > 0) throw new UsageError('--vary takes one scenario: run compare once for each');
    const wanted = pairs ?? PAIRS;
    const settings = settingsOf(
      {
        file,
        sets: set,
        allowFiles: allowFile,
        allowExec: given.allowExec,
        varies: vary,
        seeds: wanted,
        seedsFlag: '--pairs',
      },
      allowHost,
    );
    const consent = consentOf({ allowExec: given.allowExec, allowHost });
    return runComparison({ settings, pairs: wanted, consent }, simulate, given.results, telling);
  },
});

function settingsOf(asked: Parameters<typeof readSettings>[0], allowHost: readonly string[]): Settings {
  const settings = readSettings(asked);
  const [{ scenario: first }] = settings;
  if (settings.length > MAX_SETTINGS) {
    throw new UsageError(
      `--vary: ${settings.length} settings, at most ${MAX_SETTINGS} can be compared — name fewer values`,
    );
  }
  if (settings.length < 2)
    throw new UsageError('--vary: one setting is no comparison — name two values, such as 0s,5s');
  if (first.seed + mostRounds(asked.seeds) - 1 > MAX_SEED) {
    throw new UsageError(`--pairs ${asked.seeds} from seed ${first.seed} on: the last one could be above ${MAX_SEED}`);
  }
  const [one, ...rest] = settings;
  for (const { scenario } of settings) refuseRelativeThresholds(scenario, 'compare');
  const prepared = ({ varied, scenario }: Setting): Setting => {
    return { varied, scenario: allowing(withoutAbort(scenario), allowHost) };
  };
  return [prepared(one), ...rest.map(prepared)];
}

type Settings = ComparisonJob['settings'];

async function runComparison(
  asked: Omit<ComparisonJob, 'signal'>,
  simulate: boolean,
  resultsDir: string,
  telling: OutputOptions,
): Promise<ExitCode> {
  const dir = comparisonFolder(resultsDir, asked.settings);
  const interrupts = new Interrupts();
  const job = { ...asked, signal: interrupts.signal };
  const series = await (simulate ? simulateSettings : runInTurns)(job, dir)
    .catch((error: unknown) => {
      // Finished runs are kept, whatever failed after them.
      const ran = readdirSync(dir, { withFileTypes: true }).some((entry) => entry.isDirectory());
      if (!ran) rmSync(dir, { recursive: true, force: true });
      throw error;
    })
    .finally(() => interrupts.release());
  const comparison = comparisonOf(job, series);
  const runs = readComparedRuns(dir, comparison);
  try {
    writeWhole(join(dir, FILES.comparison), json(comparison));
    writeWhole(join(dir, FILES.report), compareReport({ comparison, dir: null, colour: false }));
    writeWhole(join(dir, FILES.page), comparisonPage({ comparison, runs }));
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    log(`warning: ${error.message}; what came out follows here`);
  }
  const written = reportOutcome(COMPARISON, { comparison, dir, runs }, telling);
  return series.early === null ? exitCodeOf(comparison, written) : EXIT[series.early];
}

/** Makes the comparison's folder and writes the scenario of each setting into it. */
function comparisonFolder(resultsDir: string, settings: Settings): string {
  const dir = makeFolder(resultsDir, new Date(), `${settings[0].scenario.name}-comparison`);
  for (const [index, { scenario }] of settings.entries()) {
    writeWhole(join(dir, `scenario-${index + 1}.yaml`), resolvedYaml(scenario));
  }
  return dir;
}

function exitCodeOf({ conclusive }: Comparison, written: boolean): ExitCode {
  return withReports(conclusive ? EXIT.pass : EXIT.inconclusive, written);
}
