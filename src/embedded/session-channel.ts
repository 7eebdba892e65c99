import { channel } from 'node:diagnostics_channel';

/** Beginning or end of a client's session at this gateway, for listeners in the same process. */
export interface SessionChange {
  readonly what: 'ready' | 'ended';
  readonly client: number;
  /** unique among the gateway's open connections */
  readonly slot: number;
}

export const SESSION_CHANNEL = 'squall:session';

const sessions = channel(SESSION_CHANNEL);

let isSilent = false;

/** Carries something out in which this process's sessions are not those of clients, so that none is published. */
export async function silently(work: () => Promise<void>): Promise<void> {
  isSilent = true;
  await work().finally(() => (isSilent = false));
}

/** Publishes a session's change; only a test's recorder, loaded by `--import`, subscribes. */
export function publishSession(change: SessionChange): void {
  if (sessions.hasSubscribers && !isSilent) sessions.publish(change);
}
