import { refreshTokens } from '../live/refresh-tokens.ts';
import { ScenarioError } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { EXIT } from './exit-code.ts';
import { print, say } from './output.ts';
import { readScenario, SET_FLAG } from './scenarios.ts';
import { verb } from './verb.ts';

export const validate = verb({
  command: 'validate <scenarios..>',
  summary: 'Check scenarios without running them',
  details:
    'Checks scenarios without running them, and names all that is wrong at once. Exit status 2 when anything is.',
  positionals: (parser) =>
    parser.positional('scenarios', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Scenario files, or names of bundled ones',
    }),
  flags: { set: SET_FLAG },
  examples: [
    ['$0 validate scenarios/*.yaml', 'all of a folder'],
    ['$0 validate storm.yaml --set clients.count=20k', 'with a field changed'],
  ],
  async act({ scenarios, set }) {
    const valid: boolean[] = [];
    for (const file of scenarios) valid.push(await isValid(file, set));
    return valid.every(Boolean) ? EXIT.pass : EXIT.usage;
  },
});

async function isValid(file: string, sets: readonly string[]): Promise<boolean> {
  try {
    const scenario = readScenario(file, sets);
    await refreshTokens(scenario);
    print(`${file}: ${inWords(scenario)}`);
    return true;
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    say(error.message);
    return false;
  }
}

function inWords({ clients, durationMs, faults, thresholds, target }: Scenario): string {
  const against = target.kind === 'embedded' ? 'the embedded target' : target.url;
  return `valid: ${plural(clients.count, 'client')} for ${durationMs / 1000} s against ${against}, ${plural(faults.length, 'fault')}, ${plural(thresholds.length, 'threshold')}`;
}

function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
