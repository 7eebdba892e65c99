import type { Advice } from '../policy/advice.ts';

/** A gateway's close: its code, its advice, and a reason of at most 123 bytes that is JSON for machines. */
export interface CloseNotice {
  readonly code: number;
  readonly advice: Advice;
  readonly reason: string;
}

/** Every close that a gateway initiates itself. */
export const CLOSE = {
  goingAway: notice(1001, 'shutting-down', 'retry'),
  restarting: notice(1012, 'restarting', 'retry'),
  binary: notice(1003, 'binary-frame', 'stop'),
  defect: notice(1011, 'internal-error', 'retry'),
  badFrame: notice(4400, 'bad-frame', 'stop'),
  tokenExpired: notice(4401, 'token-expired', 'refresh'),
  invalidToken: notice(4401, 'invalid-token', 'refresh'),
  unauthenticated: notice(4401, 'unauthenticated', 'retry'),
  loggedOut: notice(4401, 'logged-out', 'login'),
  subjectChanged: notice(4403, 'subject-changed', 'login'),
  sessionRevoked: notice(4403, 'session-revoked', 'login'),
} as const satisfies Record<string, CloseNotice>;

function notice(code: number, name: string, advice: Advice): CloseNotice {
  return { code, advice, reason: JSON.stringify({ code: name, advice }) };
}
