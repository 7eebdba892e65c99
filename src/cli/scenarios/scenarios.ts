import { loadScenario } from '../../threshold/load-scenario.ts';
import { withModule } from '../../protocols/own/with-module.ts';
import type { SetPlace } from '../../scenario/problem.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { scenarioPath } from './bundled.ts';

/**
 * Reads and checks a scenario with its thresholds, from a file or by the name of a bundled one.
 *
 * @param sets `path=value`, as in --set
 * @param allowFiles files and folders allowed by --allow-file
 * @param varied one value of each --vary
 * @param allowExec whether the code of a protocol module may run; virtual time needs its shape
 * @throws {ScenarioError} with all errors
 */
export function readScenario(
  file: string,
  sets: readonly string[],
  allowFiles: readonly string[],
  varied: readonly SetPlace[] = [],
  allowExec = false,
): Scenario {
  const scenario = loadScenario(scenarioPath(file), { sets, varied, allowFiles });
  return allowExec ? withModule(scenario) : scenario;
}

/** The options of every verb that takes a scenario. */
export const SCENARIO_FLAGS = {
  set: {
    type: 'string',
    array: true,
    requiresArg: true,
    default: [] as string[],
    describe: 'Change one field: --set clients.count=500 (may be repeated)',
  },
  'allow-file': {
    type: 'string',
    array: true,
    requiresArg: true,
    default: [] as string[],
    describe:
      'Let the scenario use this file, or files below this folder, outside its own folder and the working directory (may be repeated)',
  },
} as const;
