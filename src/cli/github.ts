import { appendFileSync } from 'node:fs';
import { annotations } from '../report/annotations.ts';
import { markdownReport } from '../report/markdown.ts';
import type { Summary } from '../results/summary.ts';
import { say } from './output.ts';

/**
 * Tells GitHub what a run came to, when it is GitHub that runs squall: annotations on stderr, which it reads like
 * stdout, and the report in the summary of the step. Elsewhere it does nothing.
 */
export function tellGitHub(summary: Summary, env: NodeJS.ProcessEnv): void {
  if (env['GITHUB_ACTIONS'] !== 'true') return;
  for (const line of annotations(summary)) say(line);
  const file = env['GITHUB_STEP_SUMMARY'] ?? '';
  if (file === '') return;
  try {
    appendFileSync(file, `${markdownReport(summary)}\n`);
  } catch (error) {
    say(`warning: the step summary cannot be written (${error instanceof Error ? error.message : String(error)})`);
  }
}
