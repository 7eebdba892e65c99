import { oneOf, words } from '../codec/choice.ts';
import type { ValueOf } from '../codec/codec.ts';
import { list, object } from '../codec/object.ts';
import { boolean, count, duration, text, unlimitedOr, word } from '../codec/scalars.ts';
import { MAX_TEMPLATE_CHARS } from '../limits.ts';
import type { Advice } from '../policy/advice.ts';
import { templateText } from '../template/template-text.ts';
import type { HoleKind } from '../template/template.ts';
import { frameMatch } from './match.ts';

/** Most steps of a handshake, rules for answers, ends, and messages to be ignored. */
const MAX_RULES = 20;
const MAX_FIRST_SEQ = 1_000_000;

/** A frame may have several lines. */
const ANY_TEXT = /^[^]*$/;

const EVERYWHERE: readonly HoleKind[] = ['client', 'user', 'env'];

/** A frame to send. */
const frame = (example: string, ...holes: readonly HoleKind[]) =>
  templateText({ holes: [...holes, ...EVERYWHERE], maxChars: MAX_TEMPLATE_CHARS, example, pattern: ANY_TEXT });

const dottedPath = () => text({ maxChars: 200, right: 'write a dotted path' });

const ADVICE: readonly Advice[] = ['retry', 'retry-now', 'refresh', 'login', 'stop'];

const advised = oneOf(words({ none: null }), word(ADVICE));

const step = object({
  send: frame('{"op":"join","room":"{user.room}"}', 'token')
    .default('')
    .describe('the frame that begins the step; without it the server speaks'),
  expect: frameMatch().default({}).describe('the message that ends the step; without it the next step follows at once'),
});

/** One step from the open connection until ready. */
export type HandshakeStep = ValueOf<typeof step>;

const reply = object({
  to: frameMatch().describe('a message of the server, such as its ping'),
  send: frame('{"type":"pong"}').describe('the answer'),
});

const end = object({
  on: frameMatch().describe('a message by which the server ends the session'),
  then: advised.default('none').describe('what clients do then; none: as clients.closeCodes and their library have it'),
});

/** Keys of `json`. */
export const jsonFields = object({
  authenticate: frame('{"auth":"{token}"}', 'token')
    .default('')
    .describe('first message, or re-authentication in band; holds {token}; {{word}} is sent as {word}'),
  authenticated: frameMatch()
    .default({})
    .describe('the message that answers it: paths with their values, or a regular expression'),
  authRefused: frameMatch().default({}).describe('the message that refuses it'),
  afterRefusal: advised
    .default('none')
    .describe('what clients do then, where the message has no advice; none: as clients.closeCodes has auth-refused'),
  handshake: list(step, { max: MAX_RULES })
    .default([])
    .describe('all steps from the open connection until ready, in place of authenticate and authenticated'),
  reauthenticate: frame('{"renew":"{token}"}', 'token')
    .default('')
    .describe('re-authentication in band; default: the frame that authenticates'),
  reauthenticated: frameMatch().default({}).describe('the message that answers it; default: as for the first one'),
  command: frame('{"op":"do","id":"{id}"}', 'id', 'seq')
    .default('')
    .describe('a command; holds {id}, or {seq} as a number; {{word}} is sent as {word}'),
  firstSeq: count({ min: 0, max: MAX_FIRST_SEQ }).default(0).describe('{seq} of the first command of a client'),
  ack: frameMatch()
    .default({})
    .describe('the message that acknowledges a command; the first group of a regular expression is its id'),
  ackId: dottedPath()
    .default('')
    .describe('where an acknowledgement has the command id, as text or number: a dotted path'),
  refused: frameMatch()
    .default({})
    .describe('the message that refuses a command, with its id where an acknowledgement has it'),
  expired: frameMatch()
    .default({})
    .describe('the message that refuses a command because the token has expired; clients get another token'),
  expiring: frameMatch().default({}).describe('the message that says the token is about to run out'),
  advice: dottedPath()
    .default('advice')
    .describe('where a message about expiry or the end has advice: retry, retry-now, refresh, login, stop'),
  refusedAdvice: dottedPath().default('').describe('where the message that refuses a token has such advice'),
  ends: list(end, { max: MAX_RULES }).default([]).describe('messages by which the server ends the session'),
  replies: list(reply, { max: MAX_RULES }).default([]).describe("answers to the server's pings and the like"),
  ignore: list(frameMatch(), { max: MAX_RULES })
    .default([])
    .describe('messages without consequences, such as pushes; others are counted and shown'),
  heartbeat: frame('{"type":"ping"}')
    .default('')
    .describe('the ping of clients.heartbeat; default: a ping frame of WebSocket'),
  silence: unlimitedOr(duration({ zero: false }))
    .as('silenceMs')
    .default('unlimited')
    .describe('clients give a ready connection up when nothing came for this long'),
  framing: word(['one', 'newline', 'record-separator'])
    .default('one')
    .describe('messages of one frame: one, or several, each with a newline or the character 0x1e after it'),
  prefix: text({ maxChars: 20, right: 'write the text before the JSON' })
    .default('')
    .describe('stands before each JSON message, in both directions'),
  binary: boolean().default(false).describe('whether frames are sent as binary ones; received are both'),
});

type Fields = ValueOf<typeof jsonFields>;

/** Frames of a protocol that consists of JSON messages, spelled in the scenario. */
export interface JsonProtocol extends Fields {
  readonly kind: 'json';
}
