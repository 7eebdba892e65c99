import { issuesTokens } from '../../scenario/issues-tokens.ts';
import { staleByMs } from '../../core/fault/refresh.ts';
import { NETWORK } from '../../core/signal.ts';
import { wall } from '../../core/time/instant.ts';
import type { AbortNotice } from '../abort.ts';
import { mintFor, validityOf, type Credentials, type Validity } from './credentials.ts';
import type { HoleValues, Row } from '../../core/template/template.ts';
import { arrivesTokenless } from '../../scenario/logs-in.ts';
import type { CookieJars } from '../http/cookie-jars.ts';
import type { HttpTap } from '../http/http-requests.ts';
import { firstRefreshTokens, firstTokens, type FirstTokenParts } from './first-tokens.ts';
import { failed, TokenRequests, type TokenAnswer } from './token-requests.ts';

/** A client's next token, or the reason why there is none. */
export type NextToken =
  | { readonly ok: true; readonly access: string; readonly refresh: string | null; readonly validity: Validity }
  | Extract<TokenAnswer, { ok: false }>;

/** Flaw of a token that a fault has minted: expired, or of another client. */
export type MintedFlaw = 'stale' | 'wrong-subject';

/** Source of the clients' tokens; it never rejects. */
export interface TokenSource {
  /** A client's first tokens, with which it arrives. */
  first(client: number, abort: AbortNotice): Promise<NextToken>;
  /** @param flaw flaw of the token, only where the source `mints` */
  next(client: number, abort: AbortNotice, flaw?: MintedFlaw): Promise<NextToken>;
  readonly mints: boolean;
  /** whether first tokens are requests to a service, too */
  readonly logsIn: boolean;
  /** number of requests that the rate cap has delayed so far */
  readonly delayed: number;
  close(): Promise<void>;
}

/** What a token source is made of. */
export interface TokenSourceParts extends FirstTokenParts {
  readonly credentials: Credentials;
  readonly jars: CookieJars;
  /** Number of the client whose token a fault issues to client `number`. */
  readonly anotherThan: (number: number) => number;
  /** follows the requests; absent: nobody does */
  readonly http?: HttpTap | undefined;
}

/** Makes the source of the clients' tokens. */
export function tokenSource(parts: TokenSourceParts): TokenSource {
  const { plan, access } = parts;
  const atHand = arrivesTokenless({ tokens: plan }) ? null : firstTokens(parts);
  if (access.endpoint !== null && issuesTokens(access.endpoint.steps))
    return endpointTokens(new TokenRequests(access.endpoint, plan.refresh.pooled, parts.http), atHand, parts);
  if (atHand === null) throw new TypeError('a source without an endpoint has its first tokens at hand');
  return plan.source.mint === null ? tokensOnce(atHand) : mintedTokens(atHand, parts);
}

/** The row of a client without one, in which a hole is empty. */
const NO_ROW: Row = {};

type First = (client: number) => Promise<NextToken>;

/** Tokens from a token endpoint, also the first ones unless they are at hand. */
function endpointTokens(requests: TokenRequests, atHand: First | null, parts: TokenSourceParts): TokenSource {
  const { credentials, jars, numberOf, holesOf, wallNow } = parts;
  const refreshOf = firstRefreshTokens(parts);
  // A spread would take ten times as long.
  const valuesOf = (client: number, refresh: string): HoleValues => {
    const { client: number, user = NO_ROW } = holesOf(client);
    return { client: number, user, token: credentials.access[client] ?? '', refresh };
  };
  const read = (answer: TokenAnswer): NextToken => {
    if (!answer.ok) return answer;
    const validity = validityOf(answer.access, answer.expiresInMs, wallNow());
    if (validity === null)
      return failed(NETWORK.malformed, 'a token without a lifetime above 0: neither exp in it nor expires_in');
    return { ok: true, access: answer.access, refresh: answer.refresh, validity };
  };
  return {
    mints: false,
    logsIn: atHand === null,
    delayed: 0,
    async first(client, abort) {
      if (atHand !== null) return atHand(client);
      const refresh = refreshOf(client) ?? '';
      const jar = jars.of(numberOf(client));
      const answer = read(
        refresh === ''
          ? await requests.login(valuesOf(client, ''), jar, abort)
          : await requests.refresh(valuesOf(client, refresh), jar, abort),
      );
      return answer.ok && refresh !== '' ? { ...answer, refresh: answer.refresh ?? refresh } : answer;
    },
    async next(client, abort) {
      const refresh = credentials.refresh[client] ?? '';
      return read(await requests.refresh(valuesOf(client, refresh), jars.of(numberOf(client)), abort));
    },
    close: () => requests.close(),
  };
}

/** Tokens that squall signs itself, for a target that trusts its key and has no token endpoint to test. */
function mintedTokens(first: First, { plan, minter, numberOf, anotherThan, wallNow }: TokenSourceParts): TokenSource {
  const { lifetimeMs } = plan;
  return {
    mints: true,
    logsIn: false,
    delayed: 0,
    first,
    async next(client, _abort, flaw) {
      const issuedAt = wall(wallNow() - (flaw === 'stale' ? staleByMs(lifetimeMs) : 0));
      const validity = { issuedAt, expiresAt: wall(issuedAt + lifetimeMs) };
      const own = numberOf(client);
      const number = flaw === 'wrong-subject' ? anotherThan(own) : own;
      return { ok: true, access: await mintFor(minter, number, validity), refresh: null, validity };
    },
    close: async () => {},
  };
}

/** First tokens only: no client gets another one. */
function tokensOnce(first: First): TokenSource {
  const none = failed(NETWORK.noNextToken);
  return { mints: false, logsIn: false, delayed: 0, first, next: async () => none, close: async () => {} };
}
