/** What a `Retry-After` header says (RFC 9110 section 10.2.3): a number of seconds, or a date that is so far off. */
export interface RetryAfter {
  readonly seconds: number;
  readonly as: 'seconds' | 'date';
}

/** The longest Retry-After that a server without room gives: a day. */
const MAX_RETRY_AFTER_SECONDS = 86_400;

/** What a server tells those for whom it has no room: whole seconds until the line has moved past where they would stand. */
export function retryAfterSeconds(waitMs: number): number {
  return Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(1, Math.ceil(waitMs / 1000)));
}

/** An HTTP status in place of what was asked for. */
export interface StatusAnswer {
  readonly status: number;
  readonly retryAfter: RetryAfter | null;
}

/**
 * The date that a header says, ms since the epoch. It has whole seconds (RFC 9110 section 5.6.7), and is never earlier
 * than was meant.
 */
export function retryAfterDate(seconds: number, wallMs: number): number {
  return Math.ceil(wallMs / 1000 + seconds) * 1000;
}

/** `503`, `429 retry-after 5s`. */
export function statusLabel({ status, retryAfter }: StatusAnswer): string {
  return retryAfter === null ? String(status) : `${status} retry-after ${retryAfter.seconds}s`;
}
