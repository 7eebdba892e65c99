import { channel } from 'node:diagnostics_channel';

/** Beginning or end of a client's session at this gateway; listeners in the same process receive it. */
export interface SessionTurn {
  readonly what: 'ready' | 'ended';
  readonly client: number;
  /** of the gateway's open connections, none has the same */
  readonly slot: number;
}

export const SESSION_CHANNEL = 'squall:session';

const sessions = channel(SESSION_CHANNEL);

/** Nobody listens but a test that keeps a record of its own, loaded into the process by `--import`. */
export function publishSession(turn: SessionTurn): void {
  if (sessions.hasSubscribers) sessions.publish(turn);
}
