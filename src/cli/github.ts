import { appendFileSync } from 'node:fs';
import { say, sayCommand } from './output.ts';

/**
 * Tells GitHub what came out, when it is GitHub that runs squall: annotations on stderr, which it reads like stdout, and
 * the report in the summary of the step. Elsewhere it does nothing.
 */
export function tellGitHub(markdown: () => string, annotations: readonly string[], env: NodeJS.ProcessEnv): void {
  if (env['GITHUB_ACTIONS'] !== 'true') return;
  for (const line of annotations) sayCommand(line);
  const file = env['GITHUB_STEP_SUMMARY'] ?? '';
  if (file === '') return;
  try {
    appendFileSync(file, `${markdown()}\n`);
  } catch (error) {
    say(`warning: the step summary cannot be written (${error instanceof Error ? error.message : String(error)})`);
  }
}
