import type { ValueOf } from '../codec/codec.ts';
import { object, table } from '../codec/object.ts';
import { text, word } from '../codec/scalars.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import { PLAIN } from '../policy/usual.ts';
import { NETWORK } from '../signal.ts';
import { templateText } from '../template/template-text.ts';
import { jsonText } from './json-text.ts';
import { channelName } from './phoenix.ts';
import type { ServerEnds } from './server-ends.ts';
import type { Rejoin } from './shape.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';
import { unidentified, unrenewable } from './usual-checks.ts';

/** Most types of errors that have a meaning. */
const MAX_TYPES = 50;
const MAX_NAME_CHARS = 200;

const fields = object({
  host: text({ maxChars: MAX_NAME_CHARS, pattern: /^[\w.:-]+$/, right: 'write a host, such as api.example.com' })
    .orNull()
    .describe("the API's HTTP domain in each authorization; default: the target's host, without `-realtime`"),
  authorization: templateText({
    holes: ['token', 'client', 'user', 'env'],
    required: ['token'],
    maxChars: 2000,
    example: '{token}',
  })
    .default('{token}')
    .describe('Authorization in the upgrade and in each message'),
  channel: channelName('/default/room-{user.room}')
    .default('/default/room')
    .describe('channel that clients subscribe to before they are ready, and publish to'),
  event: jsonText('value', ['id', 'client', 'seq', 'user', 'env'], '{"id":"{id}"}')
    .refine(({ text: written }, refuse) => {
      if (written.trim() === '') refuse('empty — write JSON, such as {"id":"{id}"}');
    })
    .default('{"id":"{id}"}')
    .describe('event that a command publishes, JSON'),
  errors: table(
    text({ maxChars: MAX_NAME_CHARS, right: 'write an errorType, such as UnauthorizedException' }),
    word(['retry', 'retry-now', 'refresh', 'login', 'stop']),
    '{ UnauthorizedException: refresh }',
  )
    .refine((errors, refuse) => {
      if (Object.keys(errors).length > MAX_TYPES) refuse(`more than ${MAX_TYPES} errors — remove some`);
    })
    .default({ UnauthorizedException: 'refresh' })
    .describe('errorType of refused connections, subscriptions and events, with the next step of clients'),
});

/** A scenario's use of AWS AppSync Events. */
export interface AppSyncEventsProtocol extends ValueOf<typeof fields> {
  readonly kind: 'appsync-events';
}

/** The service sends `ka` every minute, and says in connection_ack that clients wait 5 minutes for it. */
const KA_MS = 60_000;
const SILENCE_MS = 300_000;

/**
 * @aws-amplify/api-graphql 4.10.1 waits 15 s for the answer to a subscription, and ends one that is refused; an application
 * that subscribes again is taken to wait 1 s.
 */
const REJOIN: Rejoin = {
  backoff: { ...PLAIN, growth: { kind: 'fixed', delayMs: 1000 } },
  timeoutMs: 15_000,
  presents: true,
  afterConnection: true,
};

/**
 * The service refuses a token by connection_error. An open connection is not tied to its token, which each request presents;
 * in a simulation, whose gateways act at each token's expiry, they end the subscription, and clients subscribe again.
 */
const ENDS: ServerEnds = {
  refusal: { signal: NETWORK.authRefused, advice: 'refresh' },
  renewalRefusal: null,
  expiry: { signal: NETWORK.channelLost, advice: 'refresh', channel: true },
};

export const appSyncEvents = {
  summary: 'AWS AppSync Events, the subprotocol aws-appsync-event-ws',
  fields,
  shape: ({ kind }: AppSyncEventsProtocol) => ({
    name: kind,
    handshake: 'client-first' as const,
    joins: 1,
    rejoin: REJOIN,
    keepAlive: { client: null, server: { everyMs: KA_MS, timeoutMs: SILENCE_MS - KA_MS } },
    acknowledges: true,
    renewsInBand: false,
    requestsBeforeDial: 0,
    requestsBeforeJoin: 0 as const,
    ends: ENDS,
    // Amplify connects again after any close.
    closeRules: [],
  }),
  checks: (protocol, use, at) => checks(protocol, use, at),
} satisfies ProtocolSpec<AppSyncEventsProtocol>;

function checks(
  { event }: AppSyncEventsProtocol,
  { carrier, renewal, commands }: ProtocolUse,
  at: string,
): readonly ConditionalContradiction[] {
  return [
    {
      holds: carrier !== 'message',
      at,
      against: 'tokens.carrier',
      what: 'the token travels in a subprotocol and in messages that the protocol writes itself',
      fix: 'set tokens.carrier to message',
    },
    unrenewable(renewal, at, 'AppSync has no renewal on an open connection'),
    unidentified(event, commands, `${at}.event`),
  ];
}
