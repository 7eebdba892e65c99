import type { TimePart } from '../codec/time-part.ts';
import type { BackoffPolicy } from './backoff.ts';

/**
 * When a client asks for its next token: `timer`: when it is due; `connect`: in the first attempt after that, or after a refusal, whose
 * delay it waits like any other; `never`: it presents the token that it was started with
 */
export type RefreshTrigger = 'timer' | 'connect' | 'never';

/** The policy for asking for the next token, and for failures. */
export interface RefreshPolicy {
  readonly trigger: RefreshTrigger;
  /** time before `exp` */
  readonly lead: TimePart;
  /** upper bound of a uniform time, from 0, by which a client asks even earlier */
  readonly jitter: TimePart;
  /** `exp`: the client compares `exp` with its own (possibly wrong) clock; `ttl`: it counts exp - iat from the moment of receipt */
  readonly clock: 'exp' | 'ttl';
  /** time after which a request counts as failed */
  readonly timeoutMs: number;
  /** delays between failed requests */
  readonly retry: BackoffPolicy;
  /** true: after a failed refresh the old token is used until it expires; false: the client hangs up at the first failure */
  readonly keepOld: boolean;
}
