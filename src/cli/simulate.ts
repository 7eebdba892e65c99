import { simulate as runSimulated } from '../sim/simulate.ts';
import { MAX_SEEDS } from '../sim/seeds.ts';
import { wholeNumber } from './arguments.ts';
import { perform, RESULTS_FLAGS } from './perform.ts';
import { SET_FLAG, readScenario } from './scenarios.ts';
import { performSeeds } from './simulate-seeds.ts';
import { verb } from './verb.ts';

export const simulate = verb({
  command: 'simulate <scenario>',
  summary: 'Run a scenario in virtual time, against a model of the target',
  details:
    'Runs a scenario in virtual time: the same clients, faults and thresholds, against a model of the target (the section `model`),\n' +
    'for populations that no machine can hold. The same scenario and seed give the same results, byte for byte.\n' +
    'Exit status as for `run`; with --seeds: 0 all passed, 1 one failed, 3 none failed but one was inconclusive.',
  positionals: (parser) =>
    parser.positional('scenario', { type: 'string', demandOption: true, describe: 'A scenario file' }),
  flags: {
    set: SET_FLAG,
    clients: { type: 'string', describe: 'How many clients, such as 2M: short for --set clients.count=2M' },
    seeds: {
      type: 'string',
      coerce: wholeNumber('--seeds', 1, MAX_SEEDS),
      describe: "Simulate so many seeds, counted up from the scenario's, and show how the figures are spread",
    },
    ...RESULTS_FLAGS,
  },
  examples: [
    ['$0 simulate scenarios/expiry-cliff.yaml', 'what the model makes of it'],
    ['$0 simulate scenarios/expiry-cliff.yaml --clients 1M', 'the same with a million clients'],
    ['$0 simulate scenarios/expiry-cliff-jittered.yaml --seeds 20', 'is it luck? 20 seeds, and their spread'],
  ],
  act({ scenario: file, set, clients, seeds, results, json }) {
    const scenario = readScenario(file, clients === undefined ? set : [...set, `clients.count=${clients}`]);
    if (seeds !== undefined) return performSeeds({ scenario, seeds, resultsDir: results, json });
    return perform({
      scenario,
      world: 'sim',
      resultsDir: results,
      json,
      take: (options) => runSimulated(scenario, options),
    });
  },
});
