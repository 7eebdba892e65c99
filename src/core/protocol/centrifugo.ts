import { oneOf, variant } from '../codec/choice.ts';
import type { ValueOf } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { text } from '../codec/scalars.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import { templateText } from '../template/template-text.ts';
import { NETWORK } from '../signal.ts';
import { jsonText } from './json-text.ts';
import { pathMatch } from './match.ts';
import type { ServerEnds, SessionEnd } from './server-ends.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';
import { unidentified } from './usual-checks.ts';

const MAX_CHANNEL_CHARS = 255;

const channel = () =>
  templateText({
    holes: ['client', 'user', 'env'],
    maxChars: MAX_CHANNEL_CHARS,
    example: 'chat:{user.room}',
  });
const data = () =>
  jsonText('value', ['id', 'client', 'seq', 'user', 'env'], '{"id":"{id}"}')
    .refine(({ text: written }, refuse) => {
      if (written.trim() === '') refuse('empty — write JSON, such as {"id":"{id}"}');
    })
    .default('{"id":"{id}"}')
    .describe('its data');

const command = oneOf(
  variant(
    { by: 'rpc' },
    {
      rpc: text({ maxChars: 200, right: 'write the name of a method' }).as('method').describe('a call of this method'),
      data: data(),
    },
  ),
  variant(
    { by: 'publish' },
    { publish: channel().as('channel').describe('a publication into this channel'), data: data() },
  ),
);

const fields = object({
  connectData: jsonText('value', ['token', 'client', 'user', 'env'], '{"device":"{client}"}')
    .default('')
    .describe('data of the connect command; empty: none'),
  subscribe: channel().orNull().describe('channel that clients subscribe to before they are ready'),
  command: command.default({ rpc: 'command' }).describe('what a command is: { rpc: METHOD } or { publish: CHANNEL }'),
  refused: pathMatch().default({}).describe('reply that refuses a command, besides errors: { rpc.data.ok: false }'),
});

/** A scenario's use of Centrifugo's JSON protocol, version 2. */
export interface CentrifugoProtocol extends ValueOf<typeof fields> {
  readonly kind: 'centrifugo';
}

/** Ping interval of a server without settings of its own, and how much longer centrifuge-js waits for a ping, ms. */
const USUAL_PING = { everyMs: 25_000, timeoutMs: 10_000 };

/** Disconnect codes (https://centrifugal.dev/docs/server/codes), and a connect command whose error is not temporary. */
const CLOSE_RULES = [
  { from: 3005, to: 3005, action: 'refresh' as const },
  { from: 3500, to: 3999, action: 'stop' as const },
  { from: 4500, to: 4999, action: 'stop' as const },
  { from: NETWORK.authRefused, to: NETWORK.authRefused, action: 'stop' as const },
];

/** Error 109 (token expired) in a reply, and disconnect code 3005 (connection expired). */
const TOKEN_EXPIRED: SessionEnd = { signal: NETWORK.authRefused, advice: 'refresh' };
const ENDS: ServerEnds = {
  refusal: TOKEN_EXPIRED,
  renewalRefusal: TOKEN_EXPIRED,
  expiry: { signal: 3005, advice: null },
};

export const centrifugo = {
  summary: "Centrifugo's JSON protocol, version 2",
  fields,
  shape: ({ subscribe }: CentrifugoProtocol) => ({
    name: 'centrifugo',
    handshake: 'client-first' as const,
    joins: subscribe === null ? 0 : 1,
    keepAlive: { client: null, server: USUAL_PING },
    acknowledges: true,
    renewsInBand: true,
    requestsBeforeDial: 0,
    requestsBeforeJoin: 0 as const,
    ends: ENDS,
    closeRules: CLOSE_RULES,
  }),
  checks: (protocol, use, at) => checks(protocol, use, at),
} satisfies ProtocolSpec<CentrifugoProtocol>;

function checks(
  { command: { data: payload } }: CentrifugoProtocol,
  { commands }: ProtocolUse,
  at: string,
): readonly ConditionalContradiction[] {
  return [unidentified(payload, commands, `${at}.command.data`)];
}
