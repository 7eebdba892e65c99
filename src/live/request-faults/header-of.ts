import type { StatusAnswer } from '../../core/fault/status-answer.ts';
import { retryAfterDate } from '../../core/server/retry-after.ts';
import type { Population } from './population.ts';

/** The Retry-After that a fault's answer bears; null where it has none. */
export function headerOf(
  { retryAfter }: StatusAnswer,
  { clock, now }: Pick<Population, 'clock' | 'now'>,
): string | null {
  if (retryAfter === null) return null;
  const { seconds, as } = retryAfter;
  return as === 'seconds' ? String(seconds) : new Date(retryAfterDate(seconds, clock.wallAt(now()))).toUTCString();
}
