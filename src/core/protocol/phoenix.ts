import type { ValueOf } from '../codec/codec.ts';
import { object, table } from '../codec/object.ts';
import { text, word } from '../codec/scalars.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import { NETWORK } from '../signal.ts';
import { hasHole, templateText } from '../template/template-text.ts';
import { jsonText } from './json-text.ts';
import { pathMatch } from './match.ts';
import { phoenixRejoin } from './rejoin.ts';
import type { ServerEnds } from './server-ends.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';
import { unidentified, unrenewable, untaken } from './usual-checks.ts';

/** Most names of events or of errors that have a meaning. */
const MAX_NAMES = 50;
const MAX_NAME_CHARS = 200;
/** Texts that stand in JSON strings as they are. */
const PLAIN_TEXT = /^[^"\\\p{Cc}]*$/u;

const name = (what: string) => text({ maxChars: MAX_NAME_CHARS, pattern: PLAIN_TEXT, right: `write ${what}` });
const advice = () => word(['retry', 'retry-now', 'refresh', 'login', 'stop']);

/** Names with the next step of a client that receives one. */
export const advised = (what: string, example: string) =>
  table(name(what), advice(), example)
    .refine((steps, refuse) => {
      if (Object.keys(steps).length > MAX_NAMES) refuse(`more than ${MAX_NAMES} names — remove some`);
    })
    .default({});

/** The name of a channel, which stands in a JSON string. */
export const channelName = (example: string) =>
  templateText({ holes: ['client', 'user', 'env'], maxChars: MAX_NAME_CHARS, pattern: PLAIN_TEXT, example });

/** The name of the event that is a command. */
export const eventName = () => name('the name of an event');

/** The payload of a command. */
export const commandPayload = () =>
  jsonText('object', ['id', 'client', 'seq', 'user', 'env'], '{"id":"{id}"}')
    .refine(({ text: written }, refuse) => {
      if (written.trim() === '') refuse('empty — write an object, such as {"id":"{id}"}');
    })
    .default('{"id":"{id}"}');

const fields = object({
  topic: channelName('room:{user.room}')
    .default('room:lobby')
    .describe('channel that clients join before they are ready'),
  params: jsonText('object', ['token', 'client', 'user', 'env'], '{"token":"{token}"}')
    .default('{}')
    .describe('payload of phx_join; with tokens.carrier message it holds {token}'),
  event: eventName().default('command').describe('event that is a command'),
  payload: commandPayload().describe('its payload'),
  refused: pathMatch()
    .default({})
    .describe('response to a command that refuses it, besides the status error, such as { ok: false }'),
  errors: advised('the reason', '{ token expired: refresh }').describe(
    'reasons of refused joins and commands (reason, or the response itself) with the next step of clients',
  ),
  events: advised('the name of an event', '{ token_expiring: refresh }').describe(
    'events of the server that say that a token expires, with the next step of clients',
  ),
  closed: advice()
    .default('stop')
    .describe('next step of a client whose channel the server closes (phx_close); phoenix.js forgets the channel'),
});

/** A scenario's use of Phoenix channels. */
export interface PhoenixProtocol extends ValueOf<typeof fields> {
  readonly kind: 'phoenix';
}

/** Heartbeats of phoenix.js 1.8.16 (assets/js/phoenix/socket.js, `heartbeatIntervalMs`), ms. */
const HEARTBEAT = { everyMs: 30_000, timeoutMs: 30_000, answered: true };

/**
 * A token is refused at the upgrade, or by the join that carries it. An application ends the connections of a user by the
 * broadcast `disconnect`, after which the socket closes with 1001.
 */
const ENDS: ServerEnds = {
  refusal: { signal: NETWORK.joinRefused, advice: 'refresh' },
  renewalRefusal: null,
  expiry: { signal: 1001, advice: null },
};

export const phoenix = {
  summary: 'Phoenix channels, version 2 of the serializer',
  fields,
  shape: ({ kind, params }: PhoenixProtocol) => ({
    name: kind,
    handshake: 'none' as const,
    joins: 1,
    rejoin: phoenixRejoin(hasHole(params, 'token')),
    keepAlive: { client: HEARTBEAT, server: null },
    acknowledges: true,
    renewsInBand: false,
    requestsBeforeDial: 0,
    requestsBeforeJoin: 0 as const,
    ends: ENDS,
    // phoenix.js connects again after any close code and any refused upgrade.
    closeRules: [],
  }),
  checks: (protocol, use, at) => checks(protocol, use, at),
} satisfies ProtocolSpec<PhoenixProtocol>;

function checks(
  { params, payload }: PhoenixProtocol,
  { carrier, renewal, commands }: ProtocolUse,
  at: string,
): readonly ConditionalContradiction[] {
  return [
    untaken(
      carrier === 'message' && !hasHole(params, 'token'),
      `${at}.params`,
      'write it into the join, such as {"token":"{token}"}, or set tokens.carrier to { query: token }',
    ),
    unrenewable(renewal, at, 'Phoenix channels have no renewal in band'),
    unidentified(payload, commands, `${at}.payload`),
  ];
}
