import { issuesTokens } from './issues-tokens.ts';
import type { Scenario, TokenPlan } from './scenario.ts';

/** Whether a token endpoint gives the clients their first tokens: none of them is minted or comes from a column. */
export function logsIn({ source }: TokenPlan): boolean {
  return issuesTokens(source.endpoint) && source.mint === null && (source.file?.access ?? null) === null;
}

/** Whether clients log in on real sockets before the run begins. */
export function logsInBefore({ tokens }: Pick<Scenario, 'tokens'>): boolean {
  return logsIn(tokens) && !arrivesTokenless({ tokens });
}

/** Whether clients arrive without a token and log in during the run. */
export function arrivesTokenless({ tokens }: Pick<Scenario, 'tokens'>): boolean {
  return tokens.login.during === 'run';
}
