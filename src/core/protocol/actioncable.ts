import type { ValueOf } from '../codec/codec.ts';
import { object, table } from '../codec/object.ts';
import { text, word } from '../codec/scalars.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import { NETWORK } from '../signal.ts';
import { ackKeys, unacknowledged } from './application-ack.ts';
import { jsonText } from './json-text.ts';
import { isEmptyMatch } from './match.ts';
import type { ServerEnds } from './server-ends.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';
import { unidentified, unrenewable } from './usual-checks.ts';

/** Most reasons of disconnect messages that have a meaning. */
const MAX_REASONS = 50;

const fields = object({
  identifier: jsonText('object', ['client', 'user', 'env'], '{"channel":"ChatChannel","room":"{user.room}"}')
    .refine(({ text: written }, refuse) => {
      if (written.trim() === '') refuse('empty — write an object, such as {"channel":"ChatChannel"}');
    })
    .default('{"channel":"ChatChannel"}')
    .describe('channel that clients subscribe to before they are ready, with its parameters'),
  data: jsonText('object', ['id', 'client', 'seq', 'user', 'env'], '{"action":"command","id":"{id}"}')
    .refine(({ text: written }, refuse) => {
      if (written.trim() === '') refuse('empty — write an object, such as {"action":"command","id":"{id}"}');
    })
    .default('{"action":"command","id":"{id}"}')
    .describe('a command: the action of the channel with its data'),
  ...ackKeys('{ type: ack }'),
  reasons: table(
    text({ maxChars: 200, right: 'write the reason' }),
    word(['retry', 'retry-now', 'refresh', 'login', 'stop']),
    '{ token_expired: refresh }',
  )
    .refine((reasons, refuse) => {
      if (Object.keys(reasons).length > MAX_REASONS) refuse(`more than ${MAX_REASONS} reasons — remove some`);
    })
    .default({ token_expired: 'refresh' })
    .describe('reasons of disconnect messages with the next step of clients; others: as their reconnect says'),
});

/** A scenario's use of Action Cable. */
export interface ActionCableProtocol extends ValueOf<typeof fields> {
  readonly kind: 'actioncable';
}

/** Beats of the server, and how much longer @rails/actioncable 8.1.400 waits (`staleThreshold`, two beats), ms. */
const BEAT = { everyMs: 3000, timeoutMs: 3000 };

/** A disconnect message refuses a connection, and ends one; AnyCable names the reason token_expired. */
const ENDS: ServerEnds = {
  refusal: { signal: NETWORK.authRefused, advice: 'stop' },
  renewalRefusal: null,
  expiry: { signal: NETWORK.serverDisconnect, advice: 'refresh' },
};

export const actioncable = {
  summary: 'Action Cable of Rails, and AnyCable',
  fields,
  shape: ({ kind, ack }: ActionCableProtocol) => ({
    name: kind,
    handshake: 'server-first' as const,
    authenticationTrips: 0,
    joins: 1,
    keepAlive: { client: null, server: BEAT },
    acknowledges: !isEmptyMatch(ack),
    renewsInBand: false,
    requestsBeforeDial: 0,
    requestsBeforeJoin: 0 as const,
    ends: ENDS,
    // src/connection.js: a disconnect message without `reconnect` stops the monitor.
    closeRules: [{ from: NETWORK.authRefused, to: NETWORK.authRefused, action: 'stop' as const }],
  }),
  checks: (protocol, use, at) => checks(protocol, use, at),
} satisfies ProtocolSpec<ActionCableProtocol>;

function checks(
  protocol: ActionCableProtocol,
  { carrier, renewal, commands }: ProtocolUse,
  at: string,
): readonly ConditionalContradiction[] {
  return [
    {
      holds: carrier === 'message',
      at,
      against: 'tokens.carrier',
      what: 'Action Cable takes the token in the upgrade',
      fix: 'set tokens.carrier to { cookie: NAME }, { query: jid } or header',
    },
    unrenewable(renewal, at, 'Action Cable has no renewal in band'),
    unidentified(protocol.data, commands, `${at}.data`),
    unacknowledged(protocol, 'Action Cable', commands, at),
  ];
}
