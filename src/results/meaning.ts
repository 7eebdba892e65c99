import type { WorldName } from '../metrics/run.ts';
import { mintsTokens } from '../scenario/mints-tokens.ts';
import { hasNextTokens } from '../scenario/next-tokens.ts';
import { protocolShape } from '../scenario/protocol-use.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** What the figures of a run about tokens and readiness stand for, which depends on its scenario. */
export interface Meaning {
  /** where renewals get their tokens: a token endpoint, squall's own key, or nowhere */
  readonly tokens: 'endpoint' | 'minted' | 'none';
  /** what makes a client ready: HTTP 101 alone, or an accepted token */
  readonly ready: 'http-101' | 'authenticated';
}

/**
 * @example meaningOf(scenario, 'live') // { tokens: 'minted', ready: 'http-101' }
 */
export function meaningOf(scenario: Scenario, world: WorldName): Meaning {
  const minted = world === 'live' && mintsTokens(scenario);
  const tokens = minted ? 'minted' : hasNextTokens(scenario) ? 'endpoint' : 'none';
  const isUpgradeOnly =
    world === 'live' && scenario.target.kind === 'url' && protocolShape(scenario).handshake === 'none';
  return { tokens, ready: isUpgradeOnly ? 'http-101' : 'authenticated' };
}
