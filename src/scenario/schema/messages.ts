import { oneOf, words } from '../../core/codec/choice.ts';
import { type Codec, scalar, type ValueOf } from '../../core/codec/codec.ts';
import { object, table } from '../../core/codec/object.ts';
import { refusal, reject } from '../../core/codec/reject.ts';
import { text } from '../../core/codec/scalars.ts';
import { MAX_MATCH_PATHS, MAX_TEMPLATE_CHARS } from '../limits.ts';
import { nearest } from '../../core/text/nearest.ts';
import { HOLES, holesIn } from '../template.ts';

/** A frame to send, with holes; empty where the protocol has none. */
function template(kind: keyof typeof HOLES): Codec<string> {
  return scalar(
    (input) => {
      if (typeof input !== 'string')
        return reject('not a frame', input, 'write the text to send, such as \'{"auth":"{token}"}\'');
      if (input.length > MAX_TEMPLATE_CHARS)
        return reject('too long', input, `at most ${MAX_TEMPLATE_CHARS} characters`);
      const strangers = [...new Set(holesIn(input))].filter((hole) => !HOLES[kind].some((known) => known === hole));
      return strangers.length === 0 ? input : refusal(strangeHoles(strangers, kind));
    },
    String,
    { type: 'string', maxLength: MAX_TEMPLATE_CHARS },
  );
}

/** `{tokn} is no hole of authenticate — did you mean {token}? …` */
function strangeHoles(strangers: readonly string[], kind: keyof typeof HOLES): string {
  const shown = strangers.map((hole) => `{${hole}}`);
  const [first = ''] = strangers;
  const meant = strangers.length === 1 ? nearest(first, HOLES[kind]) : undefined;
  const there = HOLES[kind].map((hole) => `{${hole}}`).join(', ');
  const right = meant === undefined ? `its holes are ${there}` : `did you mean {${meant}}`;
  const what = shown.length === 1 ? 'is no hole' : 'are no holes';
  return `${shown.join(', ')} ${what} of ${kind} — ${right}; to send {${first}} as text, write {{${first}}}`;
}

const path = scalar(String, String, { type: 'string' });

const comparable = scalar<string | number | boolean>(
  (input) =>
    typeof input === 'string' || typeof input === 'number' || typeof input === 'boolean'
      ? input
      : reject('not comparable', input, 'write the text, number or boolean that a frame holds there'),
  (value) => value,
  { type: ['string', 'number', 'boolean'] },
);

/** A JSON frame matches when each dotted path holds the value given. No paths: matches nothing. */
const match = table(path, comparable, '{ type: authenticated }').refine((paths, refuse) => {
  if (Object.keys(paths).length > MAX_MATCH_PATHS) refuse(`more than ${MAX_MATCH_PATHS} paths — remove some`);
});

export type FrameMatch = ValueOf<typeof match>;

/** Keys of a foreign protocol; the default is no frame, since squall cannot guess any. */
const frames = object({
  authenticate: template('authenticate')
    .default('')
    .describe('first message, or re-authentication in band; holds {token}; {{word}} is sent as {word}'),
  authenticated: match.default({}).describe('the frame that answers it'),
  authRefused: match.default({}).describe('the frame that refuses it'),
  command: template('command')
    .default('')
    .describe('a command; holds {id}, or {client} and {seq}; {{word}} is sent as {word}'),
  ack: match.default({}).describe('the frame that acknowledges a command'),
  ackId: text({ maxChars: 200, right: 'write a dotted path' })
    .default('')
    .describe('where an acknowledgement has the command id: a dotted path'),
  refused: match.default({}).describe('the frame that refuses a command, with its id where an acknowledgement has it'),
  expiring: match.default({}).describe('the frame that says the token is about to run out'),
});

/** Frames of a foreign protocol: templates with the holes of template.ts, and matches. */
export type MessageFormat = ValueOf<typeof frames>;

/** The frames of squall's own gateway, embedded or started by `squall serve`. */
export const SQUALL_MESSAGES: MessageFormat = {
  authenticate: '{"type":"authenticate","token":"{token}"}',
  authenticated: { type: 'authenticated' },
  authRefused: { type: 'error', code: 'invalid-token' },
  command: '{"type":"command","id":"{id}"}',
  ack: { type: 'ack' },
  ackId: 'id',
  refused: { type: 'error' },
  expiring: { type: 'expiring' },
};

/** Frames of the target; `squall` selects those of the embedded target and `squall serve`. */
export const messages = oneOf(
  words(
    { none: frames.parse({}), squall: SQUALL_MESSAGES },
    'or spell the frames out, such as { command: \'{"id":"{id}"}\' }',
  ).printsWhen(() => false),
  frames,
);
