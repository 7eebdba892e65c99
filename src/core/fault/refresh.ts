import type { Time } from '../random/time.ts';
import type { Plan } from './plan.ts';
import type { StatusAnswer } from './retry-after.ts';

/** The token endpoint misbehaves for a while, towards the requests of those it is drawn for. */
export interface RefreshFault extends Plan {
  readonly kind: 'refresh';
  readonly mode: RefreshMode;
}

export type RefreshMode =
  /** the connection is refused; by the embedded target, whose port is still open to others, reset as soon as accepted */
  | { readonly kind: 'refuse' }
  /** it is never answered; hung up on when the fault ends */
  | { readonly kind: 'hang' }
  /** the connection is reset after the request was read, before anything was done */
  | { readonly kind: 'reset' }
  | ({ readonly kind: 'status' } & StatusAnswer)
  /** 400 `invalid_grant` (RFC 6749 section 5.2): the session is said to be over */
  | { readonly kind: 'invalid-grant' }
  /** carried out and answered, but so much later */
  | { readonly kind: 'slow'; readonly delay: Time }
  /** carried out, the refresh token rotated, and the connection reset instead of the answer: the rotation trap */
  | { readonly kind: 'lost' }
  /** 200 with a body that is no token response */
  | { readonly kind: 'malformed' }
  /** a token that has run out already */
  | { readonly kind: 'stale' }
  /** a token of somebody else: of `anotherThan` the client that asks */
  | { readonly kind: 'wrong-subject' };

/**
 * Whose token a client gets that should have got one of its own: the next client's, of the last one the first one's. An
 * only client gets one of a client that the run does not have.
 *
 * @param count how many the whole population has
 */
export function anotherThan(client: number, count: number): number {
  return count > 1 ? (client + 1) % count : client + 1;
}
