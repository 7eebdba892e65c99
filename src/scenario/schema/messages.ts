import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { leaf, text, word } from '../leaf.ts';
import { MAX_MATCH_PATHS, MAX_TEMPLATE_CHARS } from '../limits.ts';
import { SQUALL_MESSAGES } from '../messages.ts';
import { nearest } from '../nearest.ts';
import type { FrameMatch, MessageFormat } from '../scenario.ts';
import { section, table } from '../section.ts';
import { Wrong, wrong } from '../wrong.ts';

const HOLES = ['token', 'id', 'client', 'seq'] as const;

/** A frame to send, with holes to fill; empty where the protocol has none. */
function template() {
  return leaf(
    (input) => {
      if (typeof input !== 'string')
        return wrong('not a frame', input, 'write the text to send, such as \'{"auth":"{token}"}\'');
      if (input.length > MAX_TEMPLATE_CHARS)
        return wrong('too long', input, `at most ${MAX_TEMPLATE_CHARS} characters`);
      const stranger = Array.from(input.matchAll(/\{(\w+)\}/g), ([, hole = '']) => hole).find(
        (hole) => !HOLES.some((known) => known === hole),
      );
      if (stranger === undefined) return input;
      const meant = nearest(stranger, HOLES);
      const right =
        meant === undefined
          ? `the holes are ${HOLES.map((hole) => `{${hole}}`).join(', ')}`
          : `did you mean {${meant}}?`;
      return new Wrong(`nothing is called {${stranger}} — ${right}`);
    },
    { type: 'string', maxLength: MAX_TEMPLATE_CHARS },
  );
}

/** What each dotted path of a JSON frame must hold. */
function match() {
  const value = leaf<string | number | boolean>(
    (input) =>
      typeof input === 'string' || typeof input === 'number' || typeof input === 'boolean'
        ? input
        : wrong('not comparable', input, 'write the text, number or boolean that a frame holds there'),
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
  section({
    authenticate: template()
      .prefault(D.authenticate)
      .describe('first message, or re-authentication in band; holds {token}'),
    authenticated: match().prefault(D.authenticated).describe('the frame that answers it'),
    authRefused: match().prefault(D.authRefused).describe('the frame that refuses it'),
    command: template().prefault(D.command).describe('a command; holds {id}, or {client} and {seq}'),
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
