import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { boolean, count, countOr, duration, rate, rateOr, word } from '../scalar.ts';
import { MAX_ALLOWED_HOSTS, MAX_EMBEDDED_GATEWAYS, MAX_QUEUE } from '../limits.ts';
import type { OnExpiry } from '../../core/server/expiry.ts';
import type { Revocation } from '../../core/server/revocation-feed.ts';
import type { EmbeddedTarget, UrlTarget } from '../scenario.ts';
import { list, object } from '../object.ts';
import { messages } from './messages.ts';
import { host, url } from './url.ts';

/** How much may wait for a server: a number, or no limit. */
export const waiting = () => countOr('unlimited', Infinity, { min: 0, max: MAX_QUEUE });

const C = DEFAULTS.capacity;

const capacity = object({
  handshakes: rateOr('unlimited')
    .prefault(C.handshakes)
    .describe('handshakes that the gateway can do; 0/s: none is ever answered'),
  queue: waiting().prefault(C.queue).describe('handshakes that may wait; one more is refused with HTTP 503'),
  refreshes: rateOr('unlimited')
    .prefault(C.refreshes)
    .describe('tokens that the token service can issue; 0/s: no request is ever answered'),
  refreshQueue: waiting()
    .prefault(C.refreshQueue)
    .describe('refreshes that may wait; one more is refused with HTTP 503'),
});

const NOTICE_MS = duration().parse(DEFAULTS.notice);

const onExpiry = z.union([
  word(['close', 'notify', 'ignore'], 'a mapping such as { notify: 5s }').transform((kind): OnExpiry =>
    kind === 'notify' ? { kind, graceMs: NOTICE_MS } : { kind },
  ),
  object({ notify: duration({ zero: false }).describe('how long before the close a frame says so') }).transform(
    (keys): OnExpiry => ({ kind: 'notify', graceMs: keys.notify }),
  ),
]);

const revocation = z.union([
  word(['none', 'push'], 'a mapping such as { poll: 5s }').transform((kind): Revocation => ({ kind })),
  object({ poll: duration({ zero: false }).describe('how often it asks') }).transform((keys): Revocation => ({
    kind: 'poll',
    everyMs: keys.poll,
  })),
]);

const E = DEFAULTS.embedded;

const embedded = object({
  capacity: capacity.prefault(E.capacity).describe('what the target can do, enforced as a queue; default: no limit'),
  onExpiry: onExpiry
    .prefault(E.onExpiry)
    .describe('what the gateway does when the token of an open connection runs out'),
  idempotent: boolean().prefault(E.idempotent).describe('does the gateway drop a command id that it has seen?'),
  ackDelay: duration().prefault(E.ackDelay).describe("from a command's effect to its acknowledgement"),
  gateways: count({ min: 1, max: MAX_EMBEDDED_GATEWAYS })
    .prefault(E.gateways)
    .describe('gateway processes, which share the connections and the capacity'),
  revocation: revocation
    .prefault(E.revocation)
    .describe('how the gateway hears of revoked sessions and lost rights: not at all, at once, or when it asks'),
  authorization: word(['connect', 'command'])
    .prefault(E.authorization)
    .describe('when it is looked at whether a client may issue commands: once, or for each'),
  reauthentication: word(['replaces', 'ignored'])
    .prefault(E.reauthentication)
    .describe("does a token presented in band replace the connection's rights and expiry?"),
  beforeAuth: word(['refused', 'accepted'])
    .prefault(E.beforeAuth)
    .describe('commands that come before the token was accepted'),
  badToken: word(['refused', 'anonymous'])
    .prefault(E.badToken)
    .describe("a bad token: the connection is refused, or goes on as nobody's"),
  closes: word(['guided', 'bare'])
    .prefault(E.closes)
    .describe('guided: closes carry a code and advice; bare: the connection merely ends (1006)'),
  accessLog: word(['none', 'scrubbed', 'raw'])
    .prefault(E.accessLog)
    .describe('of upgrade requests, in the results folder: none, without tokens, or as they came'),
  reuseDetection: word(['strict', 'grace', 'off'])
    .prefault(E.reuseDetection)
    .describe(
      'a refresh token used again: ends the session; or unless its answer may have been lost; or goes on working',
    ),
});

const U = DEFAULTS.url;

export const target = z.union([
  object({
    embedded: embedded.describe("squall's own gateway and token service, in a process of their own"),
  }).transform(
    ({ embedded: { capacity: limits, onExpiry: conduct, ackDelay: ackDelayMs, ...rest } }): EmbeddedTarget => ({
      ...rest,
      kind: 'embedded',
      capacity: {
        handshakesPerSecond: limits.handshakes,
        queue: limits.queue,
        refreshesPerSecond: limits.refreshes,
        refreshQueue: limits.refreshQueue,
      },
      onExpiry: conduct,
      ackDelayMs,
    }),
  ),
  object({
    url: url(['ws', 'wss'], 'wss://staging.example.com/realtime').describe('the gateway to test'),
    allow: list(host(), MAX_ALLOWED_HOSTS)
      .prefault([...U.allow])
      .describe('hosts that may be addressed although they are not this machine'),
    rate: rate().prefault(U.rate).describe('attempts that a host which is not this machine may see'),
    messages: messages.prefault(U.messages).describe('how frames are written and told apart'),
  }).transform((keys): UrlTarget => ({
    kind: 'url',
    url: keys.url,
    allow: keys.allow,
    maxAttemptsPerSecond: keys.rate,
    messages: keys.messages,
  })),
]);
