import type { RetryAfter } from '../server/retry-after.ts';

/** An HTTP status in place of what was asked for. */
export interface StatusAnswer {
  readonly status: number;
  readonly retryAfter: RetryAfter | null;
}

/** `503`, `429 retry-after 5s`. */
export function statusLabel({ status, retryAfter }: StatusAnswer): string {
  return retryAfter === null ? String(status) : `${status} retry-after ${retryAfter.seconds}s`;
}
