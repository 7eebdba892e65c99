import { issuesTokens } from './issues-tokens.ts';
import type { Scenario } from './scenario.ts';

/** Whether squall itself signs every token of a live run, because no token endpoint of the target is named. */
export function mintsTokens({ target, tokens }: Pick<Scenario, 'target' | 'tokens'>): boolean {
  return target.kind === 'url' && !issuesTokens(tokens.source.endpoint) && tokens.source.mint !== null;
}
