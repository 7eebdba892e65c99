import { oneOf, variant } from '../codec/choice.ts';
import type { ValueOf } from '../codec/codec.ts';
import { object, table } from '../codec/object.ts';
import { text, word } from '../codec/scalars.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import { NETWORK } from '../signal.ts';
import { templateText } from '../template/template-text.ts';
import { jsonText } from './json-text.ts';
import { frameMatch, isEmptyMatch } from './match.ts';
import type { ServerEnds } from './server-ends.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';
import { unidentified, unrenewable, untaken } from './usual-checks.ts';

const MAX_NAME_CHARS = 200;
const MAX_GROUP_CHARS = 1024;
/** Most names of errors that have a meaning. */
const MAX_NAMES = 50;

const group = () =>
  templateText({ holes: ['client', 'user', 'env'], maxChars: MAX_GROUP_CHARS, example: 'room-{user.room}' });
const data = () =>
  jsonText('value', ['id', 'client', 'seq', 'user', 'env'], '{"id":"{id}"}')
    .refine(({ text: written }, refuse) => {
      if (written.trim() === '') refuse('empty — write JSON, such as {"id":"{id}"}');
    })
    .default('{"id":"{id}"}')
    .describe('its data, JSON');

const command = oneOf(
  variant(
    { by: 'event' },
    {
      event: text({ maxChars: MAX_NAME_CHARS, right: 'write the name of an event' })
        .as('name')
        .describe('an event of this name for the upstream server'),
      data: data(),
    },
  ),
  variant(
    { by: 'sendToGroup' },
    { sendToGroup: group().as('group').describe('a message to this group'), data: data() },
  ),
);

const fields = object({
  joinGroup: group().orNull().describe('group that clients join before they are ready'),
  command: command
    .default({ event: 'command' })
    .describe('what a command is: { event: NAME } or { sendToGroup: GROUP }'),
  errors: table(
    text({ maxChars: MAX_NAME_CHARS, right: 'write the name of an error, such as Forbidden' }),
    word(['retry', 'retry-now', 'refresh', 'login', 'stop']),
    '{ Forbidden: refresh }',
  )
    .refine((errors, refuse) => {
      if (Object.keys(errors).length > MAX_NAMES) refuse(`more than ${MAX_NAMES} errors — remove some`);
    })
    .default({})
    .describe('error names of acks that refuse a command or a group, with the next step of clients'),
  expired: frameMatch()
    .default({})
    .describe(
      'disconnected event that says that the token has expired: a regular expression on its message, or paths; clients then get another token',
    ),
});

/** A scenario's use of Azure Web PubSub's JSON subprotocol. */
export interface WebPubSubProtocol extends ValueOf<typeof fields> {
  readonly kind: 'web-pubsub';
}

/**
 * @azure/web-pubsub-client 1.0.4, dist/esm/webPubSubClient.js: a ping every 20 s, whether the last one was answered or not,
 * and an end after 120 s without any message. The answers of the service therefore count as its own pings.
 */
const PING_MS = 20_000;
const SILENCE_MS = 120_000;
const KEEP_ALIVE = {
  client: { everyMs: PING_MS, timeoutMs: SILENCE_MS, answered: false },
  server: { everyMs: PING_MS, timeoutMs: SILENCE_MS - PING_MS },
};

const UNAUTHORIZED = 401;

/** The token travels in the upgrade. The service says `disconnected` where the application ends a connection. */
function endsOf({ expired }: Pick<WebPubSubProtocol, 'expired'>): ServerEnds {
  return {
    refusal: { signal: UNAUTHORIZED, advice: null },
    renewalRefusal: null,
    expiry: { signal: NETWORK.serverDisconnect, advice: isEmptyMatch(expired) ? null : 'refresh' },
  };
}

export const webPubSub = {
  summary: "Azure Web PubSub's subprotocol json.webpubsub.azure.v1",
  fields,
  shape: ({ joinGroup, expired }: WebPubSubProtocol) => ({
    name: 'web-pubsub',
    handshake: 'server-first' as const,
    authenticationTrips: 0,
    joins: joinGroup === null ? 0 : 1,
    keepAlive: KEEP_ALIVE,
    acknowledges: true,
    renewsInBand: false,
    requestsBeforeDial: 0,
    requestsBeforeJoin: 0 as const,
    ends: endsOf({ expired }),
    // The library comes back after every end.
    closeRules: [],
  }),
  checks: (protocol, use, at) => checks(protocol, use, at),
} satisfies ProtocolSpec<WebPubSubProtocol>;

function checks(
  { command: { data: payload } }: WebPubSubProtocol,
  { carrier, renewal, commands }: ProtocolUse,
  at: string,
): readonly ConditionalContradiction[] {
  return [
    untaken(
      carrier === 'message',
      at,
      'set tokens.carrier to { query: access_token }, as the library does, or to header',
      'the service',
    ),
    unrenewable(renewal, at, 'Web PubSub has no renewal on an open connection'),
    unidentified(payload, commands, `${at}.command.data`),
  ];
}
