import type { WrittenScenario } from './scenario.ts';

/** Whether the devices of a user share one token request and its tokens. */
export function sharesTokens({ tokens, clients }: Pick<WrittenScenario, 'tokens' | 'clients'>): boolean {
  return tokens.source.endpoint?.flight === 'user' && clients.perUser > 1;
}

/** Number of devices that a login or refresh gives its tokens to. */
export function devicesPerRequest(scenario: Pick<WrittenScenario, 'tokens' | 'clients'>): number {
  return sharesTokens(scenario) ? scenario.clients.perUser : 1;
}
