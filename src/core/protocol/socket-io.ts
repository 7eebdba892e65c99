import { oneOf, shorthand } from '../codec/choice.ts';
import type { ValueOf } from '../codec/codec.ts';
import { object, table } from '../codec/object.ts';
import { boolean, text, word } from '../codec/scalars.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import { NETWORK } from '../signal.ts';
import { hasHole } from '../template/template-text.ts';
import { jsonText } from './json-text.ts';
import { pathMatch } from './match.ts';
import type { ServerEnds } from './server-ends.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';
import { unidentified } from './usual-checks.ts';

/** Most names of events or of errors that have a meaning. */
const MAX_NAMES = 50;
const MAX_NAME_CHARS = 200;

const name = () => text({ maxChars: MAX_NAME_CHARS, right: 'write the name of an event' });
const advice = () => word(['retry', 'retry-now', 'refresh', 'login', 'stop']);
const meaning = () => word(['expiring', 'refused', 'closing']);

const eventKeys = object({
  means: meaning().describe('expiring: the token runs out; refused: it is refused; closing: the session is over'),
  advice: advice().orNull().describe("the client's next step; default: as for any refusal or end"),
});

/** What an acknowledgement must be: it is a list of arguments, so that another path would match none. */
const acknowledgement = () =>
  pathMatch().refine(({ paths }, refuse) => {
    const wrong = Object.keys(paths).find((path) => !/^\d+(?:\.|$)/.test(path));
    if (wrong !== undefined)
      refuse(
        `${wrong} is not in an acknowledgement, which is a list of arguments — begin with a place, such as 0.${wrong}`,
      );
  });

/** An event that presents a token, and is acknowledged. */
const presentation = (what: string) =>
  object({
    event: name().describe(what),
    payload: jsonText('list', ['token', 'client', 'user', 'env'], '{"token":"{token}"}')
      .default('{"token":"{token}"}')
      .describe('its arguments; the server accepts the token by an acknowledgement'),
    refused: acknowledgement().default({}).describe('the acknowledgement that refuses it'),
  });

const fields = object({
  namespace: text({ maxChars: MAX_NAME_CHARS, pattern: /^\/[^,\p{Cc}]*$/u, right: 'write one such as /admin' })
    .default('/')
    .describe('namespace that clients join'),
  auth: jsonText('object', ['token', 'client', 'user', 'env'], '{"token":"{token}"}')
    .default('{"token":"{token}"}')
    .describe('object that clients present when they join; empty: none'),
  authenticate: presentation('event that presents the token after the namespace is joined, as Feathers has it')
    .orNull()
    .describe('authentication by an event of the application; clients are ready when it is acknowledged'),
  event: name().default('command').describe('name of the event that is a command'),
  payload: jsonText('list', ['id', 'client', 'seq', 'user', 'env'], '{"id":"{id}"}')
    .default('{"id":"{id}"}')
    .describe('its arguments: JSON, with commas between several'),
  refused: acknowledgement()
    .default({})
    .describe("acknowledgement that refuses a command; paths begin with an argument's place: { 0.ok: false }"),
  expired: acknowledgement()
    .default({})
    .describe('acknowledgement that refuses a command because the token has expired; clients get another token'),
  events: table(name(), oneOf(shorthand('means', meaning(), eventKeys), eventKeys), '{ token-expiring: expiring }')
    .refine((events, refuse) => {
      if (Object.keys(events).length > MAX_NAMES) refuse(`more than ${MAX_NAMES} events — remove some`);
    })
    .default({})
    .describe('events of the server that concern the token or the session'),
  connectErrors: table(
    text({ maxChars: MAX_NAME_CHARS, right: 'write the message' }),
    advice(),
    '{ jwt expired: refresh }',
  )
    .refine((errors, refuse) => {
      if (Object.keys(errors).length > MAX_NAMES) refuse(`more than ${MAX_NAMES} errors — remove some`);
    })
    .default({})
    .describe('messages of CONNECT_ERROR packets after which clients do not stop, with their next step'),
  renew: presentation('event that presents a newer token on an open connection')
    .orNull()
    .describe('in-band renewal by an event of the application'),
  polling: boolean()
    .default(false)
    .describe('begins each connection with HTTP long-polling, as browsers do by default'),
});

/** A scenario's use of Socket.IO protocol 5 on Engine.IO 4. */
export interface SocketIoProtocol extends ValueOf<typeof fields> {
  readonly kind: 'socket.io';
}

/** Ping interval and timeout of a server without settings of its own; it announces its own to each connection, ms. */
const USUAL_PING = { everyMs: 25_000, timeoutMs: 20_000 };

export const socketIo = {
  summary: 'Socket.IO 3 and later (protocol 5 on Engine.IO 4)',
  fields,
  shape: ({ authenticate, renew, polling, events, connectErrors }: SocketIoProtocol) => ({
    name: 'socket.io',
    // After the polling handshake only the WebSocket itself is left to be confirmed, and the client speaks first.
    handshake: polling ? ('client-first' as const) : ('server-first' as const),
    // The event that presents the token follows the answer to CONNECT.
    authenticationTrips: authenticate === null ? 1 : 2,
    joins: 0,
    keepAlive: { client: null, server: USUAL_PING },
    acknowledges: true,
    renewsInBand: renew !== null,
    requestsBeforeDial: polling ? POLLING_REQUESTS : 0,
    requestsBeforeJoin: 0 as const,
    ends: endsOf({ events, connectErrors }),
    // socket.io-client 4.8.4, build/esm/socket.js: `ondisconnect` and CONNECT_ERROR destroy the socket, `active` is false.
    closeRules: [
      { from: NETWORK.authRefused, to: NETWORK.authRefused, action: 'stop' as const },
      { from: NETWORK.serverDisconnect, to: NETWORK.serverDisconnect, action: 'stop' as const },
    ],
  }),
  checks: (protocol, use, at) => checks(protocol, use, at),
} satisfies ProtocolSpec<SocketIoProtocol>;

/**
 * A CONNECT_ERROR packet refuses a token, with the first message that has an advice, if there is one. A renewal is refused
 * by its acknowledgement. A token has expired by an event after which clients refresh, or else by a DISCONNECT packet.
 */
function endsOf({ events, connectErrors }: Pick<SocketIoProtocol, 'events' | 'connectErrors'>): ServerEnds {
  const [firstAdvice = null] = Object.values(connectErrors);
  const saysExpiry = Object.values(events).some((event) => event.means === 'closing' && event.advice === 'refresh');
  return {
    refusal: { signal: NETWORK.authRefused, advice: firstAdvice },
    renewalRefusal: { signal: NETWORK.authRefused, advice: 'refresh' },
    expiry: { signal: NETWORK.serverDisconnect, advice: saysExpiry ? 'refresh' : null },
  };
}

/** Requests of the polling handshake: open, CONNECT, and the answer to it. */
const POLLING_REQUESTS = 3;

function checks(
  { auth, authenticate, payload, renew, polling }: SocketIoProtocol,
  { carrier, renewal: renews, commands }: ProtocolUse,
  at: string,
): readonly ConditionalContradiction[] {
  return [
    {
      holds:
        carrier === 'message' &&
        !hasHole(auth, 'token') &&
        (authenticate === null || !hasHole(authenticate.payload, 'token')),
      at: `${at}.auth`,
      against: 'tokens.carrier',
      what: 'nothing takes the token to the server',
      fix: 'write the object, with {token} in it, or choose another carrier',
    },
    {
      holds: polling && authenticate !== null,
      at: `${at}.authenticate`,
      against: `${at}.polling`,
      what: 'a polling handshake ends with the CONNECT packet, so that no event can follow',
      fix: 'remove one of them',
    },
    {
      holds: renews === 'in-band' && renew === null,
      at: `${at}.renew`,
      against: 'tokens.renewal',
      what: 'Socket.IO has no renewal of its own',
      fix: 'write renew with an event of your application, such as { event: refresh-token }, or set tokens.renewal to reconnect',
    },
    unidentified(payload, commands, `${at}.payload`),
  ];
}
