import type { ValueOf } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { text } from '../codec/scalars.ts';
import { MAX_TEMPLATE_CHARS } from '../limits.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import { hasHole, templateText } from '../template/template-text.ts';
import { frameMatch, isEmptyMatch } from './match.ts';
import type { ProtocolShape } from './shape.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';

/** A frame may have several lines. */
const ANY_TEXT = /^[^]*$/;

/** A frame to send; empty where the protocol has none. */
const frame = (holes: readonly ('token' | 'id' | 'client' | 'seq' | 'user' | 'env')[], example: string) =>
  templateText({ holes, maxChars: MAX_TEMPLATE_CHARS, example, pattern: ANY_TEXT });

const fields = object({
  authenticate: frame(['token', 'client', 'user', 'env'], '{"auth":"{token}"}')
    .default('')
    .describe('first message, or re-authentication in band; holds {token}; {{word}} is sent as {word}'),
  authenticated: frameMatch().default({}).describe('the frame that answers it'),
  authRefused: frameMatch().default({}).describe('the frame that refuses it'),
  command: frame(['id', 'client', 'seq', 'user', 'env'], '{"op":"do","id":"{id}"}')
    .default('')
    .describe('a command; holds {id}, or {client} and {seq}; {{word}} is sent as {word}'),
  ack: frameMatch().default({}).describe('the frame that acknowledges a command'),
  ackId: text({ maxChars: 200, right: 'write a dotted path' })
    .default('')
    .describe('where an acknowledgement has the command id: a dotted path'),
  refused: frameMatch()
    .default({})
    .describe('the frame that refuses a command, with its id where an acknowledgement has it'),
  expiring: frameMatch().default({}).describe('the frame that says the token is about to run out'),
});

/** Frames of a protocol that consists of JSON messages, spelled in the scenario. */
export interface JsonProtocol extends ValueOf<typeof fields> {
  readonly kind: 'json';
}

/** Shape of a protocol whose first message presents the token, where the token travels by message at all. */
export function shapeOfFrames(name: string, { carrier }: ProtocolUse): ProtocolShape {
  return {
    name,
    handshake: carrier === 'message' ? 'client-first' : 'none',
    joins: 0,
    keepAlive: { by: 'none' },
    acknowledges: true,
    renewsInBand: true,
    requestsBeforeDial: 0,
    closeRules: [],
  };
}

export const json = {
  summary: 'JSON messages, spelled here',
  fields,
  shape: (_: JsonProtocol, use) => shapeOfFrames('json', use),
  checks: (protocol, use, at) => [
    ...authenticationChecks(protocol, use, at),
    ...(use.commands ? commandChecks(protocol, at) : []),
  ],
} satisfies ProtocolSpec<JsonProtocol>;

function authenticationChecks(
  { authenticate, authenticated }: JsonProtocol,
  { carrier, renewal }: ProtocolUse,
  at: string,
): readonly ConditionalContradiction[] {
  const byMessage = carrier === 'message';
  const authenticates = byMessage || renewal === 'in-band';
  const against = byMessage ? 'tokens.carrier' : 'tokens.renewal';
  const unsent = !authenticates && (authenticate.text !== '' || !isEmptyMatch(authenticated));
  return [
    {
      holds: authenticates && !hasHole(authenticate, 'token'),
      at: `${at}.authenticate`,
      against,
      what: 'no frame takes the token to the gateway',
      fix: 'write the frame, with {token} in it',
    },
    {
      holds: authenticates && isEmptyMatch(authenticated),
      at: `${at}.authenticated`,
      against,
      what: 'no frame would say that a client is ready',
      fix: "write what the gateway's answer holds, such as { type: authenticated }",
    },
    // An open socket would count as ready, and the token would never be shown to a server that wants it in a message.
    {
      holds: unsent,
      at: `${at}.${authenticate.text === '' ? 'authenticated' : 'authenticate'}`,
      against: 'tokens.carrier',
      what: 'no client would send or await this frame: with this carrier an open socket counts as ready',
      fix: 'set tokens.carrier to message, or tokens.renewal to in-band, or remove the frame',
    },
  ];
}

function commandChecks({ command, ack, ackId }: JsonProtocol, at: string): readonly ConditionalContradiction[] {
  const against = 'clients.commands';
  return [
    {
      holds: !hasHole(command, 'id') && !(hasHole(command, 'client') && hasHole(command, 'seq')),
      at: `${at}.command`,
      against,
      what: 'no frame takes a command with its id to the gateway',
      fix: 'write the frame, with {id} in it',
    },
    {
      holds: isEmptyMatch(ack),
      at: `${at}.ack`,
      against,
      what: 'no frame would count as an acknowledgement',
      fix: 'write what it holds, such as { type: ack }',
    },
    {
      holds: ackId === '',
      at: `${at}.ackId`,
      against,
      what: 'an acknowledgement would not say which command it is for',
      fix: 'write the dotted path of the id in it',
    },
  ];
}
