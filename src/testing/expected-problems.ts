import { parseScenario } from '../threshold/load-scenario.ts';
import { ScenarioError } from '../scenario/problem.ts';

/** The least that a scenario has to say, on lines 1 and 2. */
export const LEAST = 'duration: 30s\nclients: { count: 100 }\n';

/** What is said of a scenario called s.yaml, line by line; nothing when it is good. Any other error is thrown on. */
export function problemsOf(text: string, sets: readonly string[] = []): string[] {
  try {
    parseScenario(text, 's.yaml', { sets });
  } catch (error) {
    if (error instanceof ScenarioError) return error.message.split('\n');
    throw error;
  }
  return [];
}
