import { MAX_RETRY_AFTER_SECONDS } from '../limits.ts';

/** A `Retry-After` header (RFC 9110 section 10.2.3): a number of seconds, or the date that many seconds ahead. */
export interface RetryAfter {
  readonly seconds: number;
  readonly as: 'seconds' | 'date';
}

/** The Retry-After of a server without room: whole seconds until the line has moved past the place of the request, a day at the most. */
export function retryAfterSeconds(waitMs: number): number {
  return Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(1, Math.ceil(waitMs / 1000)));
}

/**
 * The date in a header, ms since the epoch, rounded up to whole seconds (RFC 9110 section 5.6.7).
 */
export function retryAfterDate(seconds: number, wallMs: number): number {
  return Math.ceil(wallMs / 1000 + seconds) * 1000;
}

/**
 * The delay that a client reads from a Retry-After, ms. It reads a date by its own clock.
 *
 * @param saidAt instant at which the server wrote it
 * @param heardAt instant at which the client reads it
 * @param offsetMs how far the client's clock is ahead of true time
 */
export function askedMs({ seconds, as }: RetryAfter, saidAt: number, heardAt: number, offsetMs: number): number {
  if (as === 'seconds') return seconds * 1000;
  return Math.max(0, retryAfterDate(seconds, saidAt) - (heardAt + offsetMs));
}
