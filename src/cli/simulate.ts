import { RUN } from '../report/of-run.ts';
import { SEEDS } from '../report/of-seeds.ts';
import { BATCH } from '../report/of-batch.ts';
import { withBaseline } from '../results/baseline.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { simulate as runSimulated } from '../sim/simulate.ts';
import { MAX_SIMULATIONS } from '../sim/seeds.ts';
import { ALLOW_EXEC_FLAG } from './terminal/allow-host.ts';
import { wholeNumber } from './terminal/arguments.ts';
import { RESULTS_FLAGS } from './runs/results-flags.ts';
import { runScenario } from './runs/run-scenario.ts';
import { runAll } from './runs/run-all.ts';
import { REPORT_FLAG, reportFiles } from './runs/report-files.ts';
import { ALL_FLAG, scenarioFiles } from './scenarios/scenario-folder.ts';
import { SCENARIO_FLAGS, readScenario } from './scenarios/scenarios.ts';
import { runSeeds } from './runs/simulate-seeds.ts';
import { VARY_FLAG, readSettings } from './runs/simulate-settings.ts';
import { checkSingleRun, SINGLE_RUN_FLAGS } from './runs/single-run.ts';
import { UsageError } from './terminal/usage-error.ts';
import { required, verb } from './terminal/verb.ts';

export const simulate = verb({
  command: 'simulate <scenario>',
  summary: 'Run a scenario in virtual time, against a model of the target',
  details:
    'Runs a scenario in virtual time: the same clients, faults and thresholds, against a model of the\n' +
    'target (the section `model`), for populations that no machine can hold. The same scenario and seed\n' +
    'give the same results, byte for byte.\n' +
    '--vary simulates every combination of its values, each with the same seeds (or one).\n' +
    'Commas separate values, except within quotes, a list or a mapping, as in YAML.\n' +
    'Exit status as for `run`, also with --all; with --seeds or --vary: 0 all passed, 1 one failed, 3 none failed but one\n' +
    'was inconclusive.',
  positionals: { scenario: required('A scenario file, or the name of a bundled one; with --all, a folder of files') },
  flags: {
    all: ALL_FLAG,
    ...SCENARIO_FLAGS,
    'allow-exec': ALLOW_EXEC_FLAG,
    clients: { type: 'string', describe: 'Number of clients, such as 2M: short for --set clients.count=2M' },
    seeds: {
      type: 'string',
      coerce: wholeNumber('--seeds', 1, MAX_SIMULATIONS),
      describe: "Number of seeds to simulate, counted up from the scenario's; shows the spread of the figures",
    },
    vary: VARY_FLAG,
    report: REPORT_FLAG,
    ...SINGLE_RUN_FLAGS,
    ...RESULTS_FLAGS,
  },
  examples: [
    ['$0 simulate expiry-cliff', 'run it against the model'],
    ['$0 simulate expiry-cliff --clients 1M', 'with a million clients'],
    ['$0 simulate expiry-cliff-jittered --seeds 20', 'is it luck? 20 seeds, and their spread'],
    [
      '$0 simulate expiry-cliff --vary tokens.refresh.jitter.uniform=0s,5s,30s --seeds 20',
      'which jitter? 20 seeds of each',
    ],
  ],
  run({
    scenario: path,
    all,
    set,
    allowFile,
    allowExec,
    clients,
    seeds,
    vary,
    report,
    baseline,
    saveBaseline,
    results,
    json,
  }) {
    const sets = clients === undefined ? set : [...set, `clients.count=${clients}`];
    const files = scenarioFiles(path, all);
    const read = (file: string): Scenario => readScenario(file, sets, allowFile, [], allowExec);
    const many = seeds === undefined ? (vary.length > 0 ? '--vary' : all ? '--all' : null) : '--seeds';
    checkSingleRun(many, { baseline, saveBaseline });
    if (seeds !== undefined || vary.length > 0) {
      if (all) throw new UsageError('--all takes each scenario once: leave --seeds and --vary out, or --all');
      const settings = readSettings({
        file: path,
        sets,
        allowFiles: allowFile,
        allowExec,
        varies: vary,
        seeds: seeds ?? 1,
      });
      const reports = reportFiles(report, SEEDS);
      return runSeeds({ settings, seeds: seeds ?? 1, resultsDir: results, json, reports });
    }
    const job = { world: 'sim', resultsDir: results } as const;
    if (all) {
      return runAll({ ...job, files, read, json, reports: reportFiles(report, BATCH), run: runSimulated });
    }
    const reports = reportFiles(report, RUN);
    const scenario = baseline === undefined ? read(path) : withBaseline(read(path), 'sim', baseline);
    return runScenario(
      { ...job, scenario, run: (options) => runSimulated(scenario, options) },
      { json, reports, saveBaseline },
    );
  },
});
