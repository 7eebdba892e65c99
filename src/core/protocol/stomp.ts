import type { ValueOf } from '../codec/codec.ts';
import { list, object, table } from '../codec/object.ts';
import { duration, text, word } from '../codec/scalars.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import type { Advice } from '../policy/advice.ts';
import { hasHole, templateText } from '../template/template-text.ts';
import { NETWORK } from '../signal.ts';
import { jsonText } from './json-text.ts';
import { frameMatch, isEmptyMatch, pathMatch } from './match.ts';
import type { ServerEnds } from './server-ends.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';
import { unidentified, unrenewable, untaken } from './usual-checks.ts';

const MAX_RULES = 20;
const MAX_HEADERS = 20;
const MAX_VALUE_CHARS = 1000;
const MAX_NAME_CHARS = 200;
const MAX_HEARTBEAT_MS = 3_600_000;
const ADVICE: readonly Advice[] = ['retry', 'retry-now', 'refresh', 'login', 'stop'];

const headerName = () =>
  text({ maxChars: MAX_NAME_CHARS, pattern: /^[^:\p{Cc}\\]+$/u, right: 'write the name of a header' });

const connectHeaders = table(
  headerName(),
  templateText({ holes: ['token', 'client', 'user', 'env'], maxChars: MAX_VALUE_CHARS, example: 'Bearer {token}' }),
  '{ Authorization: Bearer {token} }',
).refine((headers, refuse) => {
  if (Object.keys(headers).length > MAX_HEADERS) refuse(`more than ${MAX_HEADERS} headers — remove some`);
  const own = ['accept-version', 'host', 'heart-beat'].find((name) => Object.hasOwn(headers, name));
  if (own !== undefined) refuse(`${own} is written by squall — remove it, and use host or a heartbeat`);
});

const destination = () =>
  templateText({ holes: ['client', 'user', 'env'], maxChars: MAX_VALUE_CHARS, example: '/topic/{user.room}' });

const subscription = object({
  destination: destination().describe('destination of the subscription'),
  ready: word(['sent', 'receipt'])
    .default('sent')
    .describe(
      'when a client is ready: when it has sent SUBSCRIBE, or with the RECEIPT of it, which not every broker sends',
    ),
});

const error = object({
  on: frameMatch().describe("an ERROR: { message: text } for headers, or a regular expression on the header's text"),
  then: word(ADVICE).describe("the client's next step"),
});

const heartbeat = () => duration({ maxMs: MAX_HEARTBEAT_MS });

const fields = object({
  host: text({ maxChars: MAX_NAME_CHARS, right: 'write the name of a virtual host' })
    .default('/')
    .describe('virtual host'),
  connectHeaders: connectHeaders
    .default({ Authorization: 'Bearer {token}' })
    .describe('further headers of CONNECT, such as { login: user, passcode: "{token}" }'),
  heartbeatOutgoing: heartbeat()
    .as('outgoingMs')
    .default('10s')
    .describe('how often clients send a heart-beat, or as seldom as the server wants it; 0s: never'),
  heartbeatIncoming: heartbeat()
    .as('incomingMs')
    .default('10s')
    .describe('how often clients want one of the server; 0s: never'),
  destination: destination().default('/app/command').describe('destination of commands'),
  headers: table(
    headerName(),
    templateText({
      holes: ['id', 'client', 'seq', 'user', 'env'],
      maxChars: MAX_VALUE_CHARS,
      example: 'application/json',
    }),
    '{ content-type: application/json }',
  )
    .refine((headers, refuse) => {
      if (Object.keys(headers).length > MAX_HEADERS) refuse(`more than ${MAX_HEADERS} headers — remove some`);
      const own = ['destination', 'receipt', 'content-length'].find((name) => Object.hasOwn(headers, name));
      if (own !== undefined) refuse(`${own} is written by squall — remove it`);
    })
    .default({ 'content-type': 'application/json' })
    .describe('further headers of commands'),
  body: jsonText('value', ['id', 'client', 'seq', 'user', 'env'], '{"id":"{id}"}')
    .default('{"id":"{id}"}')
    .describe('body of a command'),
  subscribe: subscription.orNull().describe('subscription of each connection before its commands'),
  ack: pathMatch()
    .default({})
    .describe('MESSAGE whose JSON body acknowledges a command; default: a RECEIPT, which is then asked for'),
  ackId: text({ maxChars: MAX_NAME_CHARS, right: 'write a dotted path' })
    .default('id')
    .describe('where that body has the id of the command, as {id} writes it'),
  errors: list(error, { max: MAX_RULES })
    .default([])
    .describe('ERROR frames that concern the token or the session, with what clients do then'),
});

/** A scenario's use of STOMP 1.0 to 1.2 over WebSocket. */
export interface StompProtocol extends ValueOf<typeof fields> {
  readonly kind: 'stomp';
}

/** An ERROR frame refuses, and ends what it is in; the protocol has no other word for a token that has expired. */
function endsOf({ errors }: StompProtocol): ServerEnds {
  const advice = errors.some(({ then }) => then === 'refresh') ? ('refresh' as const) : null;
  const refusal = { signal: NETWORK.authRefused, advice };
  return { refusal, renewalRefusal: refusal, expiry: { signal: NETWORK.serverDisconnect, advice } };
}

export const stomp = {
  summary: 'STOMP 1.0 to 1.2 over WebSocket',
  fields,
  shape: (protocol: StompProtocol) => ({
    name: 'stomp',
    handshake: 'client-first' as const,
    joins: protocol.subscribe?.ready === 'receipt' ? 1 : 0,
    // stompjs 7.5.0 gives up after two intervals (`heartbeatGracePeriods`).
    keepAlive: {
      client:
        protocol.outgoingMs === 0
          ? null
          : { everyMs: protocol.outgoingMs, timeoutMs: protocol.outgoingMs, answered: false },
      server: protocol.incomingMs === 0 ? null : { everyMs: protocol.incomingMs, timeoutMs: protocol.incomingMs },
      announced: true as const,
    },
    acknowledges: true,
    renewsInBand: false,
    requestsBeforeDial: 0,
    requestsBeforeJoin: 0 as const,
    ends: endsOf(protocol),
    // stompjs connects again after every close and every ERROR.
    closeRules: [],
  }),
  checks: (protocol, use, at) => checks(protocol, use, at),
} satisfies ProtocolSpec<StompProtocol>;

function checks(
  { connectHeaders: presented, body, headers, ack, subscribe }: StompProtocol,
  { carrier, renewal, commands }: ProtocolUse,
  at: string,
): readonly ConditionalContradiction[] {
  const written = [body, ...Object.values(headers)];
  return [
    untaken(
      carrier === 'message' && !Object.values(presented).some((value) => hasHole(value, 'token')),
      `${at}.connectHeaders`,
      'write a header with {token} in it, such as { passcode: "{token}" }, or choose another carrier',
    ),
    unrenewable(renewal, at, 'STOMP has no renewal in band'),
    unidentified(written, commands, `${at}.body`),
    {
      holds: commands && !isEmptyMatch(ack) && subscribe === null,
      at: `${at}.ack`,
      against: `${at}.subscribe`,
      what: 'a MESSAGE comes to a subscription, and clients have none',
      fix: 'write subscribe with a destination, or remove ack for a RECEIPT',
    },
  ];
}
