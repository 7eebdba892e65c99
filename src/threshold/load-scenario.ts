import { readScenarioFile, readScenarioText, type ScenarioOptions } from '../scenario/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { parseExpression } from './expression.ts';

/**
 * Reads a scenario file, the files that it extends and its model file, and checks that its other files exist.
 *
 * @example loadScenario('scenarios/expiry-cliff.yaml', { sets: ['clients.count=500'] }).clients.count // 500
 * @throws {ScenarioError} with all problems, each with its place
 */
export function loadScenario(file: string, options: ScenarioOptions = {}): Scenario {
  return readScenarioFile(file, { ...options, parseExpression });
}

/**
 * Reads a scenario from a text. `file` stands in messages, names a scenario without a name, and is the base of relative
 * paths. Nothing on disk is read, so `extends` and a model file are refused.
 *
 * @throws {ScenarioError}
 */
export function parseScenario(text: string, file: string, options: ScenarioOptions = {}): Scenario {
  return readScenarioText(text, file, { ...options, parseExpression });
}
