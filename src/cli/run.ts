import { runLive } from '../live/run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { ALLOW_HOST_FLAG, allowing } from './allow-host.ts';
import { perform, RESULTS_FLAGS } from './perform.ts';
import { performAll } from './perform-all.ts';
import { ALL_FLAG, scenarioFiles } from './scenario-folder.ts';
import { SET_FLAG, readScenario } from './scenarios.ts';
import { verb } from './verb.ts';

export const run = verb({
  command: 'run <scenario>',
  summary: 'Run a scenario with real sockets, and judge it by its thresholds',
  details:
    'Runs a scenario with real sockets, and judges it by its thresholds. Ctrl-C winds it down and reports; twice stops it at once.\n' +
    'Exit status: 0 passed, 1 a threshold failed, 2 usage or scenario error, 3 inconclusive, 4 refused or nobody answered, 130 interrupted;\n' +
    'with --all: 0 every scenario ended as it expects (a pass, where it does not say), 1 one did not.',
  positionals: (parser) =>
    parser.positional('scenario', {
      type: 'string',
      demandOption: true,
      describe: 'A scenario file; with --all, a folder of them',
    }),
  flags: {
    all: ALL_FLAG,
    set: SET_FLAG,
    'allow-host': ALLOW_HOST_FLAG,
    predict: {
      type: 'boolean',
      default: false,
      describe: 'Simulate it first, draw that behind the run, and report how far it was off',
    },
    ...RESULTS_FLAGS,
  },
  examples: [
    ['$0 run scenarios/expiry-cliff.yaml', 'watch it live; q ends it early'],
    ['$0 run staging.yaml --allow-host staging.example.com', 'a target that is not this machine'],
    ['$0 run scenarios/deploy-drop.yaml --predict', 'watch it come out as the simulation said, or not'],
    [
      '$0 run scenarios/deploy-drop.yaml --set clients.count=5000 --json',
      'scripted: a larger population, JSON on stdout',
    ],
    ['$0 run scenarios --all', 'a whole folder, in one table'],
  ],
  act({ scenario: path, all, set, allowHost, predict, results, json }) {
    const files = scenarioFiles(path, all);
    const read = (file: string): Scenario => allowing(readScenario(file, set), allowHost);
    const job = { world: 'live', predict, resultsDir: results } as const;
    if (all) return performAll({ ...job, files, read, json, take: runLive });
    const scenario = read(path);
    return perform({ ...job, scenario, take: (options) => runLive(scenario, options) }, json);
  },
});
