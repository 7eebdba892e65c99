import { z } from 'zod';
import type { LifetimePart, RefreshPolicy } from '../../core/policy/refresh.ts';
import type { Carrier } from '../../core/token/carrier.ts';
import { DEFAULTS } from '../defaults.ts';
import { boolean, duration, scalar, text, word } from '../scalar.ts';
import { MAX_PATH_CHARS, MAX_URL_CHARS } from '../limits.ts';
import type { RefreshTransport, TokenPlan } from '../scenario.ts';
import { object } from '../object.ts';
import { DURATION_PATTERN, readDuration } from '../../core/units/duration.ts';
import { SHARE_PATTERN, readShare } from '../../core/units/share.ts';
import { Rejection, reject } from '../../core/codec/reject.ts';
import { backoff } from './backoff.ts';
import { url } from './url.ts';

const MAX_NAME_CHARS = 200;

/** RFC 9110 section 5.6.2; also what a cookie's name (RFC 6265) and a subprotocol (RFC 6455) are made of. */
const httpToken = () =>
  text({
    maxChars: MAX_NAME_CHARS,
    pattern: /^[\w!#$%&'*+.^`|~-]+$/,
    right: 'write letters, digits, and - _ . but no spaces',
  });

const httpTokenOrNothing = () =>
  text({
    maxChars: MAX_NAME_CHARS,
    pattern: /^[\w!#$%&'*+.^`|~-]*$/,
    right: 'write letters, digits, and - _ . but no spaces',
  });

const carrier = z.union([
  word(
    ['header', 'message'],
    '{ query: access_token }, { cookie: NAME }, { subprotocol: { protocol: NAME } }',
  ).transform((kind): Carrier => ({ kind })),
  object({
    query: text({
      maxChars: MAX_NAME_CHARS,
      pattern: /^[\w.~-]+$/,
      right: 'write the name of a query parameter',
    }).describe('in a query parameter of this name'),
  }).transform((keys): Carrier => ({ kind: 'query', name: keys.query })),
  object({ cookie: httpToken().describe('in a cookie of this name') }).transform((keys): Carrier => ({
    kind: 'cookie',
    name: keys.cookie,
  })),
  object({
    subprotocol: object({
      protocol: httpToken().describe('the subprotocol that the server selects'),
      prefix: httpTokenOrNothing()
        .prefault(DEFAULTS.subprotocol.prefix)
        .describe('stands before the token in the other entry'),
    }).describe('as an entry of Sec-WebSocket-Protocol'),
  }).transform(({ subprotocol }): Carrier => ({ kind: 'subprotocol', ...subprotocol })),
]);

/** A duration, or a share of the token's lifetime. */
const lifetimePart = (example: string, zero = false) =>
  scalar<LifetimePart>(
    (input) => {
      if (typeof input === 'string' && input.endsWith('%')) {
        const fraction = readShare(input, { zero });
        if (fraction === 1) return reject('the whole lifetime', input, 'write a share below 100%');
        return fraction instanceof Rejection ? fraction : fraction === 0 ? { ms: 0 } : { fraction };
      }
      const ms = readDuration(input);
      return ms instanceof Rejection ? ms : { ms };
    },
    { type: 'string', anyOf: [{ pattern: DURATION_PATTERN }, { pattern: SHARE_PATTERN }], examples: [example, '20%'] },
  );

const jitter = z.union([
  word(['none'], 'or a mapping such as { uniform: 5s }').transform((): LifetimePart => ({ ms: 0 })),
  object({
    uniform: lifetimePart('5s', true).describe(
      'earlier by a time drawn uniformly up to this: a duration, or a share of the lifetime',
    ),
  }).transform((keys) => keys.uniform),
]);

const fileName = () => text({ maxChars: MAX_PATH_CHARS, pattern: /^\P{Cc}+$/u, right: 'write the path of a file' });

const R = DEFAULTS.refresh;

const refresh = object({
  lead: lifetimePart('10s')
    .prefault(R.lead)
    .describe('how long before its expiry a token is renewed: a duration, or a share of the lifetime'),
  jitter: jitter
    .prefault(R.jitter)
    .describe('renewed earlier still by a random time, so that tokens issued together do not fall due together'),
  clock: word(['exp', 'ttl'])
    .prefault(R.clock)
    .describe('exp: compare the expiry with the own clock, which may be wrong; ttl: count from receipt'),
  timeout: duration({ zero: false }).prefault(R.timeout).describe('how long a token request may take'),
  retry: backoff.prefault(R.retry).describe('delays between failed requests, as in clients.backoff'),
  keepOld: boolean()
    .prefault(R.keepOld)
    .describe('false: hang up as soon as a refresh fails, though the old token is still good'),
  url: url(['http', 'https'], 'https://staging.example.com/token')
    .optional()
    .describe('token endpoint of a URL target; without it tokens are minted here'),
  pooled: boolean()
    .prefault(R.pooled)
    .describe('true: requests share connections; false: each has its own, as separate devices would'),
  tokensFile: fileName().optional().describe('file with one refresh token a line, for url'),
}).transform((keys): RefreshPolicy & RefreshTransport => ({
  lead: keys.lead,
  jitter: keys.jitter,
  clock: keys.clock,
  timeoutMs: keys.timeout,
  retry: keys.retry.policy,
  keepOld: keys.keepOld,
  url: keys.url ?? null,
  pooled: keys.pooled,
  tokensFile: keys.tokensFile ?? null,
}));

const T = DEFAULTS.tokens;

const claim = () => text({ maxChars: MAX_URL_CHARS, pattern: /^\P{Cc}+$/u, right: 'write the text of the claim' });

export const tokens = object({
  lifetime: duration({ zero: false }).prefault(T.lifetime).describe('from issue to expiry'),
  issued: word(['together', 'spread'])
    .prefault(T.issued)
    .describe('do the first tokens share one expiry, or are they spread over a lifetime?'),
  algorithm: word(['HS256', 'RS256', 'ES256', 'EdDSA']).prefault(T.algorithm).describe('how tokens are signed'),
  carrier: carrier.prefault(T.carrier).describe('how a token travels to the gateway'),
  renewal: word(['reconnect', 'in-band']).prefault(T.renewal).describe('what a connected client does with a new token'),
  issuer: claim().prefault(T.issuer).describe('the iss claim'),
  audience: claim().prefault(T.audience).describe('the aud claim'),
  keyFile: fileName()
    .optional()
    .describe('file with a private JWK to sign with; default: a test key that squall ships'),
  refresh: refresh.prefault(T.refresh).describe('when and how the next token is asked for'),
}).transform(({ lifetime, keyFile, ...keys }): TokenPlan => ({
  ...keys,
  lifetimeMs: lifetime,
  keyFile: keyFile ?? null,
}));
