import type { BackoffPolicy } from './backoff.ts';

/** A time in milliseconds, or as a share of the token's lifetime in [0, 1). */
export type LifetimePart = { readonly ms: number } | { readonly fraction: number };

export function partMs(part: LifetimePart, lifetimeMs: number): number {
  return 'ms' in part ? part.ms : part.fraction * lifetimeMs;
}

/** When a client asks for its next token, and what it does when it does not get one. */
export interface RefreshPolicy {
  /** how long before `exp` */
  readonly lead: LifetimePart;
  /** asked for earlier still by a time that is uniform from 0 up to this */
  readonly jitter: LifetimePart;
  /** `exp`: the client compares `exp` with its own (possibly wrong) clock; `ttl`: it counts exp - iat from the moment of receipt */
  readonly clock: 'exp' | 'ttl';
  /** how long a request may take before it counts as failed */
  readonly timeoutMs: number;
  /** delays between failed requests */
  readonly retry: BackoffPolicy;
  /** true: after a failed refresh the old token is used until it expires; false: the client hangs up at the first failure */
  readonly keepOld: boolean;
}
