import { anotherThan, staleByMs } from '../core/fault/refresh.ts';
import { NETWORK } from '../core/signal.ts';
import { wall, type WallMs } from '../core/time/instant.ts';
import { mintFor, validityOf, type Credentials, type Minter, type Validity } from './credentials.ts';
import type { TokenPlan } from '../scenario/scenario.ts';
import type { TokenEndpoint } from './shard-messages.ts';
import type { Population } from './request-faults/population.ts';
import { failed, TokenRequests, type TokenAnswer } from './token-requests.ts';

/** A client's next token, or the reason why there is none. */
export type NextToken =
  | { readonly ok: true; readonly access: string; readonly refresh: string | null; readonly validity: Validity }
  | Extract<TokenAnswer, { ok: false }>;

/** Flaw of a token that a fault has minted: expired, or of another client. */
export type MintedFlaw = 'stale' | 'wrong-subject';

/** Source of the clients' next tokens; it never rejects. */
export interface TokenSource {
  /** @param flaw flaw of the token, only where the source `mints` */
  next(client: number, abort: AbortSignal, flaw?: MintedFlaw): Promise<NextToken>;
  readonly mints: boolean;
  /** number of requests that the rate cap has delayed so far */
  readonly delayed: number;
  close(): Promise<void>;
}

/**
 * Makes the source of the clients' tokens.
 *
 * @param endpoint token endpoint; null: squall mints
 */
export function tokenSource(
  plan: TokenPlan,
  endpoint: TokenEndpoint | null,
  minter: Minter,
  credentials: Credentials,
  population: Pick<Population, 'numberOf' | 'planned'>,
  wallNow: () => WallMs,
): TokenSource {
  if (endpoint === null) return mintedTokens(minter, plan.lifetimeMs, population, wallNow);
  return endpointTokens(new TokenRequests(endpoint, plan.refresh.pooled), credentials, wallNow);
}

/** Tokens from a token endpoint. */
function endpointTokens(requests: TokenRequests, credentials: Credentials, wallNow: () => WallMs): TokenSource {
  return {
    mints: false,
    delayed: 0,
    async next(client, abort) {
      const answer = await requests.ask(credentials.refresh[client] ?? '', abort);
      if (!answer.ok) return answer;
      const validity = validityOf(answer.access, answer.expiresInMs, wallNow());
      if (validity === null)
        return failed(NETWORK.malformed, 'a token without lifetime: neither exp in it nor expires_in');
      return { ok: true, access: answer.access, refresh: answer.refresh, validity };
    },
    close: () => requests.close(),
  };
}

/** Tokens that squall signs itself, for a target that trusts its key and has no token endpoint to test. */
function mintedTokens(
  minter: Minter,
  lifetimeMs: number,
  { numberOf, planned }: Pick<Population, 'numberOf' | 'planned'>,
  wallNow: () => WallMs,
): TokenSource {
  return {
    mints: true,
    delayed: 0,
    async next(client, _abort, flaw) {
      const issuedAt = wall(wallNow() - (flaw === 'stale' ? staleByMs(lifetimeMs) : 0));
      const validity = { issuedAt, expiresAt: wall(issuedAt + lifetimeMs) };
      const own = numberOf(client);
      const number = flaw === 'wrong-subject' ? anotherThan(own, planned) : own;
      return { ok: true, access: await mintFor(minter, number, validity), refresh: null, validity };
    },
    close: async () => {},
  };
}
