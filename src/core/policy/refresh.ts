import type { TimePart } from '../codec/time-part.ts';
import type { BackoffPolicy } from './backoff.ts';

/** When a client asks for its next token, and what it does when it does not get one. */
export interface RefreshPolicy {
  /** how long before `exp` */
  readonly lead: TimePart;
  /** asked for earlier still by a time that is uniform from 0 up to this */
  readonly jitter: TimePart;
  /** `exp`: the client compares `exp` with its own (possibly wrong) clock; `ttl`: it counts exp - iat from the moment of receipt */
  readonly clock: 'exp' | 'ttl';
  /** how long a request may take before it counts as failed */
  readonly timeoutMs: number;
  /** delays between failed requests */
  readonly retry: BackoffPolicy;
  /** true: after a failed refresh the old token is used until it expires; false: the client hangs up at the first failure */
  readonly keepOld: boolean;
}
