import { issuesTokens } from './issues-tokens.ts';
import type { WrittenScenario } from './scenario.ts';

/** Whether clients can get another token after their first one: from an endpoint, or minted by squall. */
export function hasNextTokens({ target, tokens }: Pick<WrittenScenario, 'target' | 'tokens'>): boolean {
  const { mint, endpoint } = tokens.source;
  return target.kind === 'embedded' || mint !== null || issuesTokens(endpoint);
}
