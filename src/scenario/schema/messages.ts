import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { scalar, text, word } from '../scalar.ts';
import { MAX_MATCH_PATHS, MAX_TEMPLATE_CHARS } from '../limits.ts';
import { SQUALL_MESSAGES } from '../messages.ts';
import { nearest } from '../../core/text/nearest.ts';
import type { FrameMatch, MessageFormat } from '../scenario.ts';
import { object, table } from '../object.ts';
import { HOLES, holesIn } from '../template.ts';
import { refusal, reject } from '../../core/codec/reject.ts';

/** A frame to send, with holes to fill; empty where the protocol has none. */
function template(kind: keyof typeof HOLES) {
  return scalar(
    (input) => {
      if (typeof input !== 'string')
        return reject('not a frame', input, 'write the text to send, such as \'{"auth":"{token}"}\'');
      if (input.length > MAX_TEMPLATE_CHARS)
        return reject('too long', input, `at most ${MAX_TEMPLATE_CHARS} characters`);
      const strangers = [...new Set(holesIn(input))].filter((hole) => !HOLES[kind].some((known) => known === hole));
      return strangers.length === 0 ? input : refusal(strangeHoles(strangers, kind));
    },
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

/** What each dotted path of a JSON frame must hold. */
function match() {
  const value = scalar<string | number | boolean>(
    (input) =>
      typeof input === 'string' || typeof input === 'number' || typeof input === 'boolean'
        ? input
        : reject('not comparable', input, 'write the text, number or boolean that a frame holds there'),
    { type: ['string', 'number', 'boolean'] },
  );
  return table(z.string(), value, '{ type: authenticated }').superRefine((paths: FrameMatch, context) => {
    if (Object.keys(paths).length <= MAX_MATCH_PATHS) return;
    context.addIssue({ code: 'custom', message: `more than ${MAX_MATCH_PATHS} paths — remove some` });
  });
}

const D = DEFAULTS.messages;

const NONE: MessageFormat = D;

/** How frames of the target are written and told apart; `squall` is what the embedded target and `squall serve` speak. */
export const messages = z.union([
  word(['none', 'squall'], 'or spell the frames out, such as { command: \'{"id":"{id}"}\' }').transform(
    (name): MessageFormat => (name === 'squall' ? SQUALL_MESSAGES : NONE),
  ),
  object({
    authenticate: template('authenticate')
      .prefault(D.authenticate)
      .describe('first message, or re-authentication in band; holds {token}; {{word}} is sent as {word}'),
    authenticated: match().prefault(D.authenticated).describe('the frame that answers it'),
    authRefused: match().prefault(D.authRefused).describe('the frame that refuses it'),
    command: template('command')
      .prefault(D.command)
      .describe('a command; holds {id}, or {client} and {seq}; {{word}} is sent as {word}'),
    ack: match().prefault(D.ack).describe('the frame that acknowledges a command'),
    ackId: text({ maxChars: 200, right: 'write a dotted path' })
      .prefault(D.ackId)
      .describe('where an acknowledgement has the command id: a dotted path'),
    refused: match()
      .prefault(D.refused)
      .describe('the frame that refuses a command, with its id where an acknowledgement has it'),
    expiring: match().prefault(D.expiring).describe('the frame that says the token is about to run out'),
  }),
]);
