import { checkFileTokens } from '../identity/file-tokens.ts';
import { usersOf } from '../identity/users.ts';
import { NO_CONSENT, refusalOf } from '../live/network/consent.ts';
import { ScenarioError } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { targetName } from '../scenario/target-name.ts';
import { EXIT } from './terminal/exit-code.ts';
import { print, log } from './terminal/output.ts';
import { SCENARIO_FLAGS, readScenario } from './scenarios/scenarios.ts';
import { required, verb } from './terminal/verb.ts';

export const validate = verb({
  command: 'validate <scenarios..>',
  summary: 'Check scenarios without running them',
  details: 'Checks scenarios without running them, and prints all errors at once. Exit status 2 if there are any.',
  positionals: { scenarios: { ...required('Scenario files, or names of bundled ones'), array: true } },
  flags: SCENARIO_FLAGS,
  examples: [
    ['$0 validate scenarios/*.yaml', 'all files of a folder'],
    ['$0 validate storm.yaml --set clients.count=20k', 'with a field changed'],
  ],
  async run({ scenarios, set, allowFile }) {
    const valid: boolean[] = [];
    for (const file of scenarios) valid.push(await isValid(file, set, allowFile));
    return valid.every(Boolean) ? EXIT.pass : EXIT.usage;
  },
});

async function isValid(file: string, sets: readonly string[], allowFiles: readonly string[]): Promise<boolean> {
  try {
    const scenario = readScenario(file, sets, allowFiles);
    checkFileTokens(scenario, usersOf(scenario));
    print(`${file}: ${scenarioText(scenario)}`);
    return true;
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    log(error.message);
    return false;
  }
}

function scenarioText({ clients, durationMs, faults, thresholds, target }: Scenario): string {
  return `valid: ${plural(clients.count, 'client')} for ${durationMs / 1000} s against ${targetName({ target })}, ${plural(faults.length, 'fault')}, ${plural(thresholds.length, 'threshold')}${needs(faults)}`;
}

/** The options that allow the scenario's faults. */
function needs(faults: Scenario['faults']): string {
  const refusals = faults.map((fault) => refusalOf(fault, NO_CONSENT)?.option).filter((option) => option !== undefined);
  return refusals.length === 0 ? '' : `; \`squall run\` needs ${[...new Set(refusals)].join(' ')}`;
}

function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
