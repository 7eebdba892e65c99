import { parseScenario } from '../threshold/load-scenario.ts';
import { ScenarioError } from '../scenario/problem.ts';

/** The minimum of a scenario, on lines 1 and 2. */
export const LEAST = 'duration: 30s\nclients: { count: 100 }\n';

/** The problems of a scenario named s.yaml, line by line; empty for a valid one. Other errors are rethrown. */
export function problemsOf(text: string, sets: readonly string[] = []): string[] {
  try {
    parseScenario(text, 's.yaml', { sets });
  } catch (error) {
    if (error instanceof ScenarioError) return error.message.split('\n');
    throw error;
  }
  return [];
}
