import type { ValueOf } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { text, word } from '../codec/scalars.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import type { SignalRule } from '../policy/advice.ts';
import { PLAIN } from '../policy/usual.ts';
import { NETWORK } from '../signal.ts';
import { hasHole, templateText } from '../template/template-text.ts';
import { advised } from './phoenix.ts';
import type { Rejoin } from './shape.ts';
import type { ServerEnds } from './server-ends.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';
import { unidentified, untaken } from './usual-checks.ts';

const MAX_NAME_CHARS = 200;
const MAX_PAYLOAD_CHARS = 65_536;

const fields = object({
  document: templateText({ holes: ['client', 'user', 'env'], maxChars: MAX_NAME_CHARS, example: 'page-{user.page}' })
    .refine(({ text: written }, refuse) => {
      if (written === '') refuse('empty — write the name of a document, such as page-1');
    })
    .default('squall')
    .describe('name of the document that clients open before they are ready'),
  token: templateText({ holes: ['token', 'client', 'user', 'env'], maxChars: MAX_NAME_CHARS, example: '{token}' })
    .default('{token}')
    .describe('token of the authentication message, which the server expects with any carrier'),
  providerVersion: text({ maxChars: MAX_NAME_CHARS, right: 'write one such as 4.8.0' })
    .default('4.8.0')
    .describe('version of @hocuspocus/provider that clients say they are; empty: none, as before version 4'),
  map: text({ maxChars: MAX_NAME_CHARS, pattern: /^\P{Cc}+$/u, right: 'write a name' })
    .default('squall')
    .describe('shared type of the document (a Y.Map) that commands write to, each connection to a key of its own'),
  payload: templateText({
    holes: ['id', 'client', 'seq', 'user', 'env'],
    maxChars: MAX_PAYLOAD_CHARS,
    example: '{"id":"{id}"}',
  })
    .default('{"id":"{id}"}')
    .describe('text that a command writes'),
  reasons: advised('a reason', '{ permission-denied: stop }').describe(
    'reasons of denied permissions and of closed documents, with the next step of clients; others: refresh after a denied permission or Unauthorized, stop after Forbidden, retry',
  ),
  tokenRequested: word(['refresh', 'present'])
    .default('refresh')
    .describe('answer of clients to a server that asks for their token: another token, or the one in hand'),
});

/** A scenario's use of Hocuspocus. */
export interface HocuspocusProtocol extends ValueOf<typeof fields> {
  readonly kind: 'hocuspocus';
}

/**
 * A client writes its awareness again after 15 s (y-protocols 1.0.7, awareness.js), which the server sends to all clients of
 * the document, itself among them; it gives up after 30 s without a message (@hocuspocus/provider 4.8.0,
 * HocuspocusProviderWebsocket.ts, `messageReconnectTimeout`).
 */
const AWARENESS = { everyMs: 15_000, timeoutMs: 15_000, answered: true };

/** The provider leaves a document that the server closed; an application that opens it again is taken to wait 1 s. */
const rejoin = (presents: boolean): Rejoin => ({
  backoff: { ...PLAIN, growth: { kind: 'fixed', delayMs: 1000 } },
  timeoutMs: 10_000,
  presents,
});

/**
 * The provider connects again after every close code (HocuspocusProviderWebsocket.ts, `onClose`), with a token that its
 * application gets anew. 4401 is `Unauthorized` of @hocuspocus/common.
 */
const CLOSE_RULES: readonly SignalRule[] = [{ from: 4401, to: 4401, action: 'refresh' }];

/**
 * A token is refused by a message on a socket that stays open. A token that has expired has no consequence unless an
 * application closes the document, as it does when it refuses a newer token (@hocuspocus/server 4.7.0, Connection.ts).
 */
const DOCUMENT_CLOSED = { signal: NETWORK.channelLost, advice: 'refresh' as const, channel: true as const };
const ENDS: ServerEnds = {
  refusal: { signal: NETWORK.joinRefused, advice: 'refresh' },
  renewalRefusal: DOCUMENT_CLOSED,
  expiry: DOCUMENT_CLOSED,
};

export const hocuspocus = {
  summary: 'Hocuspocus 4, documents of Yjs',
  fields,
  shape: ({ kind, token }: HocuspocusProtocol) => ({
    name: kind,
    handshake: 'none' as const,
    // The authentication, then the synchronisation.
    joins: 2,
    rejoin: rejoin(hasHole(token, 'token')),
    keepAlive: { client: AWARENESS, server: null },
    acknowledges: true,
    renewsInBand: true,
    requestsBeforeDial: 0,
    requestsBeforeJoin: 0 as const,
    ends: ENDS,
    closeRules: CLOSE_RULES,
  }),
  checks: (protocol, use, at) => checks(protocol, use, at),
} satisfies ProtocolSpec<HocuspocusProtocol>;

function checks(
  { token, payload }: HocuspocusProtocol,
  { carrier, renewal, commands }: ProtocolUse,
  at: string,
): readonly ConditionalContradiction[] {
  const carries = hasHole(token, 'token');
  return [
    untaken(carrier === 'message' && !carries, `${at}.token`, 'write {token}, or choose another carrier'),
    {
      holds: carrier !== 'message' && renewal === 'in-band' && !carries,
      at: `${at}.token`,
      against: 'tokens.renewal',
      what: 'nothing takes the newer token to the server',
      fix: 'write {token}, or set tokens.renewal to reconnect',
    },
    unidentified(payload, commands, `${at}.payload`),
  ];
}
