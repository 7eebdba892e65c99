import type { Advice } from '../policy/advice.ts';

/** An HTTP answer with which a server refuses a request. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
  readonly advice: Advice;
}

/** Every refusal that is not caused by a fault. */
export const REFUSAL = {
  /** no room: come back later (RFC 9110 section 15.6.4) */
  overloaded: { status: 503, error: 'temporarily_unavailable', advice: 'retry' },
  /** no token, or a bad one (RFC 6750 section 3) */
  badToken: { status: 401, error: 'invalid_token', advice: 'refresh' },
  /** a good token of a session that is over (RFC 9110 section 15.5.4): another token of it would not help */
  revoked: { status: 403, error: 'session_revoked', advice: 'login' },
} as const satisfies Record<string, Refusal>;
