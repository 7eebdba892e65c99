import type { ValueOf } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { boolean, count, text } from '../codec/scalars.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import { NETWORK } from '../signal.ts';
import type { HoleKind } from '../template/template.ts';
import { jsonText } from './json-text.ts';
import { frameMatch, isEmptyMatch, pathMatch } from './match.ts';
import type { ServerEnds } from './server-ends.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';
import { unidentified, unrenewable, untaken } from './usual-checks.ts';

const MAX_NAME_CHARS = 200;
/** Most redirects that virtual time plays. */
const MAX_PLAYED_REDIRECTS = 5;

const method = () => text({ maxChars: MAX_NAME_CHARS, right: 'write the name of a hub method, such as SendMessage' });
const args = (example: string, ...holes: readonly HoleKind[]) =>
  jsonText('list', [...holes, 'client', 'user', 'env'], example);

const joinKeys = object({
  method: method().describe('hub method'),
  arguments: args('"{user.room}"').default('').describe('its arguments: JSON, with commas between several'),
});

const fields = object({
  method: method().default('Command').describe('hub method that a command invokes'),
  arguments: args('"{id}"', 'id', 'seq').default('"{id}"').describe('its arguments: JSON, with commas between several'),
  join: joinKeys
    .orNull()
    .describe('hub method that clients invoke before they are ready, such as one that joins a group'),
  refused: pathMatch()
    .default({})
    .describe('completion that refuses a command, besides those with an error: { result.ok: false }'),
  expired: frameMatch()
    .default({})
    .describe(
      'completion that refuses a command, or close that allows to reconnect, because the token has expired: a regular expression on its error, or paths such as { allowReconnect: true, error: { exists: false } }; clients then get another token',
    ),
  skipNegotiation: boolean().default(false).describe('opens the WebSocket at once, without a negotiate request'),
  redirects: count({ min: 0, max: MAX_PLAYED_REDIRECTS })
    .default(0)
    .describe(
      'negotiate answers that lead to another server, in virtual time: 1 with Azure SignalR Service; real servers send them by themselves',
    ),
});

/** A scenario's use of ASP.NET Core SignalR's JSON hub protocol. */
export interface SignalrProtocol extends ValueOf<typeof fields> {
  readonly kind: 'signalr';
}

/**
 * Pings of both sides, which nobody answers. @microsoft/signalr 10.0.11, dist/esm/HubConnection.js: the client pings every
 * 15 s and gives up after 30 s of silence; ASP.NET Core does the same.
 */
const PING_MS = 15_000;
const SERVER_TIMEOUT_MS = 30_000;

const UNAUTHORIZED = 401;

/**
 * The bearer token travels in HTTP requests, so that its refusal is a status. ASP.NET Core with
 * `CloseOnAuthenticationExpiration` ends a connection at the token's expiry by a close message without an error that allows
 * to reconnect.
 */
function endsOf({ expired }: Pick<SignalrProtocol, 'expired'>): ServerEnds {
  return {
    refusal: { signal: UNAUTHORIZED, advice: null },
    renewalRefusal: null,
    expiry: { signal: NETWORK.serverDisconnect, advice: isEmptyMatch(expired) ? 'retry' : 'refresh' },
  };
}

/** @microsoft/signalr 10.0.11, dist/esm/HubConnection.js: a close message without `allowReconnect` stops the connection. */
const CLOSE_RULES = [{ from: NETWORK.serverDisconnect, to: NETWORK.serverDisconnect, action: 'stop' as const }];

export const signalr = {
  summary: "ASP.NET Core SignalR's JSON hub protocol, also behind Azure SignalR Service",
  fields,
  shape: ({ join, expired, skipNegotiation, redirects }: SignalrProtocol) => ({
    name: 'signalr',
    handshake: 'client-first' as const,
    joins: join === null ? 0 : 1,
    keepAlive: {
      client: { everyMs: PING_MS, timeoutMs: SERVER_TIMEOUT_MS, answered: false },
      server: { everyMs: PING_MS, timeoutMs: SERVER_TIMEOUT_MS - PING_MS },
    },
    acknowledges: true,
    renewsInBand: false,
    requestsBeforeDial: skipNegotiation ? 0 : 1 + redirects,
    requestsCheckToken: !skipNegotiation,
    requestsBeforeJoin: 0 as const,
    ends: endsOf({ expired }),
    closeRules: CLOSE_RULES,
  }),
  checks: (protocol, use, at) => checks(protocol, use, at),
} satisfies ProtocolSpec<SignalrProtocol>;

function checks(
  { arguments: sent }: SignalrProtocol,
  { carrier, renewal, commands }: ProtocolUse,
  at: string,
): readonly ConditionalContradiction[] {
  return [
    untaken(carrier === 'message', at, 'set tokens.carrier to header, or to { query: access_token } as browsers do'),
    unrenewable(renewal, at, 'SignalR has no renewal on an open connection'),
    unidentified(sent, commands, `${at}.arguments`),
  ];
}
