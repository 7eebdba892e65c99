/** What a `Retry-After` header says (RFC 9110 section 10.2.3): a number of seconds, or a date that is so far off. */
export interface RetryAfter {
  readonly seconds: number;
  readonly as: 'seconds' | 'date';
}

/** An HTTP status in place of what was asked for. */
export interface StatusAnswer {
  readonly status: number;
  readonly retryAfter: RetryAfter | null;
}
