import { readScenarioFile, readScenarioText, type ScenarioOptions } from '../scenario/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { parseExpression } from './expression.ts';

/**
 * Reads a scenario file, those that it extends, and the model file that it may name, and checks that its other files exist.
 *
 * @example loadScenario('scenarios/expiry-cliff.yaml', { sets: ['clients.count=500'] }).clients.count // 500
 * @throws {ScenarioError} with everything that is wrong, each problem with its place
 */
export function loadScenario(file: string, options: ScenarioOptions = {}): Scenario {
  return readScenarioFile(file, { ...options, parseExpression });
}

/**
 * The same for a text at hand. `file` stands in the messages, names a scenario without a name, and is what relative paths in
 * the scenario are relative to; nothing on disk is looked at, so to extend a file, or a model in a file of its own, is refused.
 *
 * @throws {ScenarioError}
 */
export function parseScenario(text: string, file: string, options: ScenarioOptions = {}): Scenario {
  return readScenarioText(text, file, { ...options, parseExpression });
}
