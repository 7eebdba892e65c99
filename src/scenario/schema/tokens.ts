import type { Algorithm, Carrier, Renewal } from '../../core/token/carrier.ts';
import { oneOf, tags, variant, words } from '../../core/codec/choice.ts';
import type { Codec, ValueOf } from '../../core/codec/codec.ts';
import { object } from '../../core/codec/object.ts';
import { boolean, duration, rate, text, word } from '../../core/codec/scalars.ts';
import { MAX_URL_CHARS } from '../../core/limits.ts';
import { showValue } from '../../core/text/show-value.ts';
import { timePart, type TimePart } from '../../core/codec/time-part.ts';
import { backoff } from './backoff.ts';
import { withoutRetired } from '../../core/codec/retired.ts';
import { httpToken } from './http-token.ts';
import { fileName } from './file-name.ts';
import { source } from './token-source.ts';

const MAX_NAME_CHARS = 200;

const carrier: Codec<Carrier> = oneOf(
  tags(['header', 'message'], '{ query: access_token }, { cookie: NAME }, { subprotocol: { protocol: NAME } }'),
  variant(
    { kind: 'query' },
    {
      query: text({ maxChars: MAX_NAME_CHARS, pattern: /^[\w.~-]+$/, right: 'write the name of a query parameter' })
        .as('name')
        .describe('in a query parameter of this name'),
    },
  ),
  variant({ kind: 'cookie' }, { cookie: httpToken().as('name').describe('in a cookie of this name') }),
  variant(
    { kind: 'subprotocol' },
    {
      subprotocol: object({
        protocol: httpToken().describe('the subprotocol that the server selects'),
        prefix: httpToken(/^[\w!#$%&'*+.^`|~-]*$/)
          .default('')
          .describe('stands before the token in the other entry'),
        encoding: word(['none', 'base64url'])
          .default('none')
          .describe('how the token is written there; base64url: without padding, as Phoenix 1.8 has it'),
      })
        .inline()
        .describe('as an entry of Sec-WebSocket-Protocol'),
    },
  ),
);

/** A duration, or a share of the token's lifetime below 100 %. */
const lifetimePart = (example: string, zero = false): Codec<TimePart> =>
  timePart(example, zero).refine((part, refuse) => {
    if ('fraction' in part && part.fraction === 1)
      refuse(`the whole lifetime (${showValue('100%')}) — write a share below 100%`);
  });

const jitter: Codec<TimePart> = oneOf(
  words({ none: { ms: 0 } }, 'or a mapping such as { uniform: 5s }'),
  object({
    uniform: lifetimePart('5s', true).describe(
      'earlier by a time drawn uniformly up to this: a duration, or a share of the lifetime',
    ),
  }).map<TimePart>(
    ({ uniform }) => uniform,
    (uniform) => ({ uniform }),
  ),
);

const refreshKeys = object({
  lead: lifetimePart('10s')
    .default('20%')
    .describe('how long before its expiry a token is renewed: a duration, or a share of the lifetime'),
  jitter: jitter
    .default('none')
    .describe('renewed earlier still by a random time, so that tokens issued together do not fall due together'),
  clock: word(['exp', 'ttl'])
    .default('exp')
    .describe('exp: compare the expiry with the own clock, which may be wrong; ttl: count from receipt'),
  trigger: word(['timer', 'connect', 'never'])
    .default('timer')
    .describe(
      'timer: ask for the next token when it is due; connect: in the first attempt after that, as libraries do that call the application for a token whenever they connect; never: present the first token again',
    ),
  timeout: duration({ zero: false }).as('timeoutMs').default('10s').describe('how long a token request may take'),
  retry: backoff
    .map(
      ({ policy }) => policy,
      (policy) => ({ name: 'custom', policy, connectTimeoutMs: null }),
    )
    .default({})
    .describe('delays between failed requests, as in clients.backoff'),
  keepOld: boolean()
    .default(true)
    .describe('false: hang up as soon as a refresh fails, though the old token is still good'),
  pooled: boolean()
    .default(false)
    .describe('true: requests share connections; false: each has its own, as separate devices would'),
});

const refresh = withoutRetired(refreshKeys, {
  url: 'name the token endpoint in tokens.source, such as { oauth2: { url: https://staging.example.com/token } }',
  tokensFile:
    "write the tokens into a column of users.file, and name it in tokens.source, such as { file: { refresh: '{user.refresh}' } }",
});

const login = object({
  during: word(['before', 'run'])
    .default('before')
    .describe(
      "before: clients have their first tokens when the run begins; run: each logs in when it arrives, as at a morning's peak",
    ),
  rate: rate().as('perSecond').default('20/s').describe('logins a second, before the run'),
});

const algorithm: Codec<Algorithm> = word(['HS256', 'RS256', 'ES256', 'EdDSA']);

const renewal: Codec<Renewal> = word(['reconnect', 'in-band']);

const claim = () => text({ maxChars: MAX_URL_CHARS, pattern: /^\P{Cc}+$/u, right: 'write the text of the claim' });

/** Defaults of tokens, spelled as in a file; `squall mint` has the same. */
export const TOKEN_DEFAULTS = { lifetime: '5m', issuer: 'https://issuer.squall.test', audience: 'squall' } as const;

export const tokens = object({
  lifetime: duration({ zero: false })
    .as('lifetimeMs')
    .default(TOKEN_DEFAULTS.lifetime)
    .describe('from issue to expiry'),
  issued: word(['together', 'spread'])
    .default('spread')
    .describe('do the first tokens share one expiry, or are they spread over a lifetime?'),
  source: source
    .default('mint')
    .describe('where tokens come from: signed here, from columns of users, or from a token endpoint'),
  login: login.default({}).describe('when clients ask for their first tokens, where a token endpoint gives them'),
  algorithm: algorithm.default('ES256').describe('how tokens are signed'),
  carrier: carrier.default('header').describe('how a token travels to the gateway'),
  renewal: renewal.default('reconnect').describe('what a connected client does with a new token'),
  issuer: claim().default(TOKEN_DEFAULTS.issuer).describe('the iss claim'),
  audience: claim().default(TOKEN_DEFAULTS.audience).describe('the aud claim'),
  keyFile: fileName().orNull().describe('file with a private JWK to sign with; default: a test key that squall ships'),
  refresh: refresh.default({}).describe('when and how the next token is asked for'),
});

export type TokenPlan = ValueOf<typeof tokens>;
