import { retryAfterSeconds, retryAfterDate, type RetryAfter } from '../core/fault/retry-after.ts';

/**
 * For how long a client is asked not to try again, milliseconds, as it understands a Retry-After that it hears of at
 * `heardAt`. A date it reads by its own clock.
 *
 * @param saidAt when the server wrote it
 * @param offsetMs by how much the client's clock is ahead of true time
 */
export function askedMs({ seconds, as }: RetryAfter, saidAt: number, heardAt: number, offsetMs: number): number {
  if (as === 'seconds') return seconds * 1000;
  return Math.max(0, retryAfterDate(seconds, saidAt) - (heardAt + offsetMs));
}

export function overloadedFor(waitMs: number): RetryAfter {
  return { seconds: retryAfterSeconds(waitMs), as: 'seconds' };
}
