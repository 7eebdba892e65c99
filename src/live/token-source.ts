import { anotherThan } from '../core/fault/refresh.ts';
import { NETWORK } from '../core/signal.ts';
import { wall, type WallMs } from '../core/time/instant.ts';
import { mintFor, validityOf, type Credentials, type Minter, type Validity } from './credentials.ts';
import type { TokenPlan } from '../scenario/scenario.ts';
import type { TokenEndpoint } from './shard-messages.ts';
import type { Population } from './request-faults/population.ts';
import { failed, TokenRequests, type TokenAnswer } from './token-requests.ts';

/** The next token of a client, or why there is none. */
export type NextToken =
  | { readonly ok: true; readonly access: string; readonly refresh: string | null; readonly validity: Validity }
  | Extract<TokenAnswer, { ok: false }>;

/** What a fault makes wrong with a token that is signed all the same: it has run out already, or is somebody else's. */
export type MintedFlaw = 'stale' | 'wrong-subject';

/** Where clients get their next token from. Neither kind ever rejects. */
export interface TokenSource {
  /** @param flaw only where it `mints` */
  next(client: number, abort: AbortSignal, flaw?: MintedFlaw): Promise<NextToken>;
  readonly mints: boolean;
  /** requests that the rate cap has held back so far */
  readonly delayed: number;
  close(): Promise<void>;
}

/** A stale token ran out this long ago. */
const STALE_MS = 1000;

/**
 * @param endpoint the token endpoint; null: squall mints
 * @param population the clients' numbers in it, and how many it has
 */
export function tokenSource(
  plan: TokenPlan,
  endpoint: TokenEndpoint | null,
  minter: Minter,
  credentials: Credentials,
  population: Pick<Population, 'numberOf' | 'planned'>,
  wallNow: () => WallMs,
): TokenSource {
  if (endpoint === null) return new MintedTokens(minter, plan.lifetimeMs, population, wallNow);
  return new EndpointTokens(new TokenRequests(endpoint, plan.refresh.pooled), credentials, wallNow);
}

/** Tokens from a token endpoint. */
class EndpointTokens implements TokenSource {
  readonly mints = false;
  readonly delayed = 0;
  readonly #requests: TokenRequests;
  readonly #credentials: Credentials;
  readonly #wallNow: () => WallMs;

  constructor(requests: TokenRequests, credentials: Credentials, wallNow: () => WallMs) {
    this.#requests = requests;
    this.#credentials = credentials;
    this.#wallNow = wallNow;
  }

  async next(client: number, abort: AbortSignal): Promise<NextToken> {
    const answer = await this.#requests.ask(this.#credentials.refresh[client] ?? '', abort);
    if (!answer.ok) return answer;
    const validity = validityOf(answer.access, answer.expiresInMs, this.#wallNow());
    if (validity === null)
      return failed(NETWORK.malformed, 'a token without lifetime: neither exp in it nor expires_in');
    return { ok: true, access: answer.access, refresh: answer.refresh, validity };
  }

  close(): Promise<void> {
    return this.#requests.close();
  }
}

/** Tokens that squall signs itself, for a target that trusts its key and has no token endpoint to test. */
class MintedTokens implements TokenSource {
  readonly mints = true;
  readonly delayed = 0;
  readonly #minter: Minter;
  readonly #lifetimeMs: number;
  readonly #numberOf: (client: number) => number;
  readonly #planned: number;
  readonly #wallNow: () => WallMs;

  constructor(
    minter: Minter,
    lifetimeMs: number,
    { numberOf, planned }: Pick<Population, 'numberOf' | 'planned'>,
    wallNow: () => WallMs,
  ) {
    this.#minter = minter;
    this.#lifetimeMs = lifetimeMs;
    this.#numberOf = numberOf;
    this.#planned = planned;
    this.#wallNow = wallNow;
  }

  async next(client: number, _abort: AbortSignal, flaw?: MintedFlaw): Promise<NextToken> {
    const issuedAt = wall(this.#wallNow() - (flaw === 'stale' ? this.#lifetimeMs + STALE_MS : 0));
    const validity = { issuedAt, expiresAt: wall(issuedAt + this.#lifetimeMs) };
    const own = this.#numberOf(client);
    const number = flaw === 'wrong-subject' ? anotherThan(own, this.#planned) : own;
    return { ok: true, access: await mintFor(this.#minter, number, validity), refresh: null, validity };
  }

  async close(): Promise<void> {}
}
