import { fill, type HoleValues } from '../../core/template/template.ts';
import type { WallMs } from '../../core/time/instant.ts';
import { RefreshTokens } from '../../jwt/refresh-token.ts';
import { issuesTokens } from '../../scenario/issues-tokens.ts';
import type { TokenPlan } from '../../scenario/scenario.ts';
import { mintFor, validityOf, type Minter, type Validity } from './credentials.ts';
import type { TokenAccess } from './token-access.ts';
import type { NextToken } from './token-source.ts';

/** What first tokens are made of. */
export interface FirstTokenParts {
  readonly plan: TokenPlan;
  readonly access: TokenAccess;
  readonly minter: Minter;
  /** number of a client of this worker in the whole population */
  readonly numberOf: (client: number) => number;
  readonly holesOf: (client: number) => HoleValues;
  /** issue and expiry of the first token of client `number`, where squall mints it */
  readonly firstValidityOf: (number: number) => Validity;
  readonly wallNow: () => WallMs;
}

/** First tokens that are at hand: signed here or from columns of users; null: the token endpoint gives them. */
export function firstTokens(parts: FirstTokenParts): ((client: number) => Promise<NextToken>) | null {
  const { plan, minter, numberOf, holesOf, firstValidityOf, wallNow } = parts;
  const refreshOf = firstRefreshTokens(parts);
  const access = plan.source.file?.access ?? null;
  if (access === null && plan.source.mint === null) return null;
  return async (client) => {
    const number = numberOf(client);
    const refresh = refreshOf(client);
    if (access === null) {
      const validity = firstValidityOf(number);
      return { ok: true, access: await mintFor(minter, number, validity), refresh, validity };
    }
    const token = fill(access, holesOf(client));
    const validity = validityOf(token, plan.lifetimeMs, wallNow()) ?? firstValidityOf(number);
    return { ok: true, access: token, refresh, validity };
  };
}

/** First refresh tokens: sealed for the embedded target, or from columns of users; null: there are none. */
export function firstRefreshTokens({
  plan,
  access,
  numberOf,
  holesOf,
}: Omit<FirstTokenParts, 'minter' | 'firstValidityOf' | 'wallNow'>): (client: number) => string | null {
  const { endpoint, refreshSecret } = access;
  const column = plan.source.file?.refresh ?? null;
  if (endpoint === null || !issuesTokens(endpoint.steps)) return () => null;
  if (column !== null) return (client) => fill(column, holesOf(client));
  if (refreshSecret === null) return () => null;
  const sealer = new RefreshTokens(refreshSecret);
  return (client) => {
    const number = numberOf(client);
    return sealer.seal({ client: number, session: number, generation: 0 });
  };
}
