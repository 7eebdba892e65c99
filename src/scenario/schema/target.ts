import { oneOf, tags, variant, words } from '../../core/codec/choice.ts';
import type { Codec, ValueOf } from '../../core/codec/codec.ts';
import { list, object } from '../../core/codec/object.ts';
import { boolean, count, duration, rate, rateOrNone, unlimitedOr, word } from '../../core/codec/scalars.ts';
import type { OnExpiry } from '../../core/server/expiry.ts';
import type { Revocation } from '../../core/server/revocation-feed.ts';
import type { ReuseDetection } from '../../core/server/rotation.ts';
import { MAX_ALLOWED_HOSTS, MAX_EMBEDDED_GATEWAYS, MAX_QUEUE, MAX_SUBPROTOCOLS } from '../limits.ts';
import { protocol } from '../../core/protocol/specs.ts';
import { headers } from './headers.ts';
import { host } from './host.ts';
import { httpToken } from './http-token.ts';
import { proxyUrl } from './proxy.ts';
import { targetUrl } from './target-url.ts';
import { tls } from './tls.ts';

/** Most requests that may wait for a server: a number, or no limit. */
export const waiting = () => unlimitedOr(count({ min: 0, max: MAX_QUEUE }));

const capacity = object({
  handshakes: unlimitedOr(rateOrNone())
    .as('handshakesPerSecond')
    .default('unlimited')
    .describe('handshakes that the gateway can do; 0/s: none is ever answered'),
  queue: waiting().default('unlimited').describe('handshakes that may wait; one more is refused with HTTP 503'),
  refreshes: unlimitedOr(rateOrNone())
    .as('refreshesPerSecond')
    .default('unlimited')
    .describe('tokens that the token service can issue; 0/s: no request is ever answered'),
  refreshQueue: waiting().default('unlimited').describe('refreshes that may wait; one more is refused with HTTP 503'),
});

/** Capacities of the embedded target per second, and its longest queue; Infinity for no limit. */
export type Capacity = ValueOf<typeof capacity>;

const onExpiry: Codec<OnExpiry> = oneOf(
  words(
    { close: { kind: 'close' }, notify: { kind: 'notify', graceMs: 5000 }, ignore: { kind: 'ignore' } } as const,
    'a mapping such as { notify: 5s }',
  ).printsWhen((value) => value.kind !== 'notify'),
  variant(
    { kind: 'notify' },
    { notify: duration({ zero: false }).as('graceMs').describe('how long before the close a frame says so') },
  ),
);

const revocation: Codec<Revocation> = oneOf(
  tags(['none', 'push'], 'a mapping such as { poll: 5s }'),
  variant({ kind: 'poll' }, { poll: duration({ zero: false }).as('everyMs').describe('how often it asks') }),
);

const reuseDetection: Codec<ReuseDetection> = word(['strict', 'grace', 'off']);

const embedded = object({
  capacity: capacity.default({}).describe('what the target can do, enforced as a queue; default: no limit'),
  onExpiry: onExpiry.default('close').describe('what the gateway does when the token of an open connection runs out'),
  idempotent: boolean().default(true).describe('does the gateway drop a command id that it has seen?'),
  ackDelay: duration().as('ackDelayMs').default('0s').describe("from a command's effect to its acknowledgement"),
  gateways: count({ min: 1, max: MAX_EMBEDDED_GATEWAYS })
    .default(1)
    .describe('gateway processes, which share the connections and the capacity'),
  revocation: revocation
    .default('push')
    .describe('how the gateway hears of revoked sessions and lost rights: not at all, at once, or when it asks'),
  authorization: word(['connect', 'command'])
    .default('command')
    .describe('when it is looked at whether a client may issue commands: once, or for each'),
  reauthentication: word(['replaces', 'ignored'])
    .default('replaces')
    .describe("does a token presented in band replace the connection's rights and expiry?"),
  beforeAuth: word(['refused', 'accepted'])
    .default('refused')
    .describe('commands that come before the token was accepted'),
  badToken: word(['refused', 'anonymous'])
    .default('refused')
    .describe("a bad token: the connection is refused, or goes on as nobody's"),
  closes: word(['guided', 'bare'])
    .default('guided')
    .describe('guided: closes carry a code and advice; bare: the connection merely ends (1006)'),
  accessLog: word(['none', 'scrubbed', 'raw'])
    .default('none')
    .describe('of upgrade requests, in the results folder: none, without tokens, or as they came'),
  reuseDetection: reuseDetection
    .default('grace')
    .describe(
      'a refresh token used again: ends the session; or unless its answer may have been lost; or goes on working',
    ),
});

const embeddedTarget = variant(
  { kind: 'embedded' },
  { embedded: embedded.inline().describe("squall's own gateway and token service, in a process of their own") },
);

export type EmbeddedTarget = ValueOf<typeof embeddedTarget>;

/** How the embedded target treats its clients. */
export type TargetBehaviour = Omit<EmbeddedTarget, 'kind' | 'gateways' | 'capacity'>;

/** The behaviour of an embedded target without settings of its own, which a foreign target is assumed to have. */
export const USUAL_BEHAVIOUR: TargetBehaviour = embeddedTarget.parse({ embedded: {} });

const urlTarget = variant(
  { kind: 'url' },
  {
    url: targetUrl().describe(
      'the gateway to test; {client}, {user.COLUMN}, {env.NAME} in its path and query are filled in',
    ),
    allow: list(host(), { max: MAX_ALLOWED_HOSTS })
      .default([])
      .describe('hosts that may be addressed although they are not this machine'),
    rate: rate()
      .as('maxAttemptsPerSecond')
      .default('50/s')
      .describe('attempts that a host which is not this machine may see'),
    headers: headers(['client', 'user', 'env'])
      .default({})
      .describe('headers of each upgrade request, such as Origin; holes as in url'),
    subprotocols: list(httpToken(), { max: MAX_SUBPROTOCOLS })
      .default([])
      .describe('subprotocols to offer beside those of the protocol and of tokens.carrier'),
    tls: tls.orNull().describe('of wss: and of an https: token endpoint; default: what this machine trusts'),
    proxy: proxyUrl()
      .orNull()
      .describe('HTTP proxy that opens a tunnel for each connection and token request; allowed like the target'),
    deflate: boolean().default(false).describe('offer compression (permessage-deflate), which the server may take'),
    protocol: protocol.default('none').describe('how frames are written and recognised'),
  },
  { messages: 'write protocol: { json: … } with these keys, or protocol: squall' },
);

export type UrlTarget = ValueOf<typeof urlTarget>;

export const target = oneOf(embeddedTarget, urlTarget);
