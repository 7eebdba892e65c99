import { retryAfterDate, type StatusAnswer } from '../../core/fault/retry-after.ts';

/** The Retry-After that a fault's answer bears; null where it has none. */
export function headerOf({ retryAfter }: StatusAnswer): string | null {
  if (retryAfter === null) return null;
  const { seconds, as } = retryAfter;
  return as === 'seconds' ? String(seconds) : new Date(retryAfterDate(seconds, Date.now())).toUTCString();
}
