import type { BackoffPolicy } from './backoff.ts';

/** When a client asks for its next token, and what it does when it does not get one. */
export interface RefreshPolicy {
  /** how long before `exp`: milliseconds, or a share of the lifetime in (0,1) */
  readonly lead: { readonly ms: number } | { readonly fraction: number };
  /** asked for earlier still by uniform [0, jitterMs) */
  readonly jitterMs: number;
  /** `exp`: the client compares `exp` with its own (possibly wrong) clock; `ttl`: it counts exp - iat from the moment of receipt */
  readonly clock: 'exp' | 'ttl';
  /** how long a request may take before it counts as failed */
  readonly timeoutMs: number;
  /** delays between failed requests */
  readonly retry: BackoffPolicy;
  /** true: after a failed refresh the old token is used until it expires; false: the client hangs up at the first failure */
  readonly keepOld: boolean;
}
