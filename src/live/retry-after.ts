import { MAX_RETRY_AFTER_SECONDS } from '../scenario/limits.ts';

const DATE = /^[A-Z][a-z]{2},? /;

/**
 * For how long a `Retry-After` header asks not to be asked again (RFC 9110 section 10.2.3), in milliseconds, a day at
 * most. 0 where it says nothing, or nothing that can be understood.
 *
 * @param clientWallMs what the client's own clock shows, by which it reads a date
 */
export function retryAfterMs(value: string | null, clientWallMs: number): number {
  if (value === null) return 0;
  const text = value.trim();
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : DATE.test(text) ? Date.parse(text) - clientWallMs : 0;
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), MAX_RETRY_AFTER_SECONDS * 1000);
}
