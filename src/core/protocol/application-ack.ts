import { text } from '../codec/scalars.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import { type FrameMatch, isEmptyMatch, pathMatch } from './match.ts';

/** How an application acknowledges commands, where its protocol has no acknowledgement. */
export interface ApplicationAck {
  /** the message that acknowledges a command; empty: none does */
  readonly ack: FrameMatch;
  readonly ackId: string;
  readonly refused: FrameMatch;
}

/** Keys of an application's acknowledgement. */
export const ackKeys = (example: string, idAt = 'id') => ({
  ack: pathMatch()
    .default({})
    .describe(
      `message of the application that acknowledges a command, such as ${example}; without it no command is sent`,
    ),
  ackId: text({ maxChars: 200, right: 'write a dotted path' })
    .default(idAt)
    .describe('where that message has the id of the command: a dotted path'),
  refused: pathMatch().default({}).describe('message of the application that refuses a command, with its id at ackId'),
});

/** The contradiction of commands that nothing acknowledges. */
export function unacknowledged(
  { ack }: Pick<ApplicationAck, 'ack'>,
  protocolName: string,
  commands: boolean,
  at: string,
): ConditionalContradiction {
  return {
    holds: commands && isEmptyMatch(ack),
    at: `${at}.ack`,
    against: 'clients.commands',
    what: `${protocolName} has no acknowledgement of its own, so that squall could not count effects`,
    fix: "write what your application's answer holds, such as { type: ack }, or set clients.commands to none",
  };
}
