import type { ValueOf } from '../codec/codec.ts';
import { object, table } from '../codec/object.ts';
import { duration, text, word } from '../codec/scalars.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import type { SignalRule } from '../policy/advice.ts';
import { PLAIN } from '../policy/usual.ts';
import { hasHole, templateText } from '../template/template-text.ts';
import { ackKeys, unacknowledged } from './application-ack.ts';
import { isEmptyMatch } from './match.ts';
import { channelName, commandPayload, eventName } from './phoenix.ts';
import type { Rejoin } from './shape.ts';
import type { ServerEnds } from './server-ends.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';
import { unidentified, unrenewable, untaken } from './usual-checks.ts';

const MAX_HEADERS = 20;

const header = () =>
  templateText({ holes: ['token', 'client', 'user', 'env'], maxChars: 2000, example: 'Bearer {token}' });

const authorization = object({
  endpoint: text({ maxChars: 2000, pattern: /^\/[^\s#]*$/, right: 'write a path such as /pusher/auth' })
    .default('/pusher/auth')
    .describe('path at the host of the target'),
  headers: table(text({ maxChars: 200, pattern: /^[\w-]+$/, right: 'write a header' }), header(), '{ X-Tenant: acme }')
    .refine((headers, refuse) => {
      if (Object.keys(headers).length > MAX_HEADERS) refuse(`more than ${MAX_HEADERS} headers — remove some`);
    })
    .default({ Authorization: 'Bearer {token}' })
    .describe('headers of the request; one holds {token}'),
  refused: word(['retry', 'refresh', 'login', 'stop'])
    .default('refresh')
    .describe('next step of a client whose request is refused (HTTP 401 or 403); pusher-js leaves the channel'),
});

const fields = object({
  channel: channelName('private-room-{user.room}')
    .default('private-room')
    .describe('channel that clients subscribe to before they are ready'),
  channelAuthorization: authorization
    .default({})
    .describe('request to the application before a private or presence channel is subscribed to'),
  event: eventName().default('client-command').describe('client event that is a command'),
  data: commandPayload().describe('its data'),
  ...ackKeys('{ event: client-ack }', 'data.id'),
  activityTimeout: duration({ zero: false })
    .as('activityTimeoutMs')
    .default('120s')
    .describe('silence after which clients ping, unless the server announces a shorter one'),
  pongTimeout: duration({ zero: false })
    .as('pongTimeoutMs')
    .default('30s')
    .describe('silence after a ping at which clients give the connection up'),
});

/** A scenario's use of Pusher channels. */
export interface PusherProtocol extends ValueOf<typeof fields> {
  readonly kind: 'pusher';
}

/**
 * Close codes (pusher-js 8.6.0, src/core/connection/protocol/protocol.ts): 4000-4099 and unknown ones are final, 4100-4199
 * back off, 4200-4299 reconnect at once. 4000 has pusher-js go on with TLS.
 */
const CLOSE_RULES: readonly SignalRule[] = [
  { from: 4000, to: 4099, action: 'stop' },
  { from: 4100, to: 4199, action: 'retry' },
  { from: 4200, to: 4299, action: 'retry-now' },
  { from: 4300, to: 4999, action: 'stop' },
];

/** pusher-js leaves a channel that could not be authorised; an application that subscribes again is taken to wait 1 s. */
const REJOIN: Rejoin = {
  backoff: { ...PLAIN, growth: { kind: 'fixed', delayMs: 1000 } },
  timeoutMs: 10_000,
  presents: true,
};

/**
 * The application refuses to authorise a channel. An open connection is not tied to a token; in a simulation, whose gateways
 * end each connection at its token's expiry, they do so with 4200.
 */
const ENDS: ServerEnds = {
  refusal: { signal: 403, advice: 'refresh' },
  renewalRefusal: null,
  expiry: { signal: 4200, advice: 'refresh' },
};

export const pusher = {
  summary: 'Pusher Channels, protocol 7; Laravel Reverb and Soketi speak it',
  fields,
  shape: ({ kind, channel, ack, activityTimeoutMs, pongTimeoutMs }: PusherProtocol) => ({
    name: kind,
    handshake: 'server-first' as const,
    authenticationTrips: 0,
    joins: 1,
    rejoin: REJOIN,
    keepAlive: {
      client: { everyMs: activityTimeoutMs, timeoutMs: pongTimeoutMs, answered: true },
      server: null,
      announced: true as const,
      afterSilence: true as const,
    },
    acknowledges: !isEmptyMatch(ack),
    renewsInBand: false,
    requestsBeforeDial: 0,
    requestsBeforeJoin: needsAuthorization(channel.text) ? (1 as const) : (0 as const),
    ends: ENDS,
    closeRules: CLOSE_RULES,
  }),
  checks: (protocol, use, at) => checks(protocol, use, at),
} satisfies ProtocolSpec<PusherProtocol>;

/** Whether clients may subscribe to a channel only with an authorisation of the application. */
export function needsAuthorization(channel: string): boolean {
  return /^(?:private|presence)-/.test(channel);
}

function checks(
  protocol: PusherProtocol,
  { carrier, renewal, commands }: ProtocolUse,
  at: string,
): readonly ConditionalContradiction[] {
  const { channel, channelAuthorization, event, data } = protocol;
  const isPrivate = needsAuthorization(channel.text);
  const presents = isPrivate && Object.values(channelAuthorization.headers).some((each) => hasHole(each, 'token'));
  return [
    untaken(
      carrier === 'message' && !presents,
      `${at}.channelAuthorization.headers`,
      "choose a private channel, and write { Authorization: 'Bearer {token}' }",
      'the application',
    ),
    unrenewable(renewal, at, 'Pusher has no renewal in band'),
    {
      holds: commands && !(isPrivate && event.startsWith('client-')),
      at: `${at}.event`,
      against: 'clients.commands',
      what: 'clients may send only events client-… and only in private and presence channels',
      fix: 'choose such an event and channel',
    },
    unidentified(data, commands, `${at}.data`),
    unacknowledged(protocol, 'Pusher', commands, at),
  ];
}
