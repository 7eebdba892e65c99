import type { SeriesName } from '../core/metrics.ts';

/** Classes of failed refreshes, each with its curve; `timings.refresh.failures` has them by reason. */
export const REFRESH_FAILURES = {
  /** the endpoint answered with an HTTP status other than 200 */
  status: 'refreshFailedStatus',
  /** it answered without a token response: not HTTP, or HTTP 200 without a token */
  malformed: 'refreshFailedMalformed',
  network: 'refreshFailedNetwork',
  timeout: 'refreshFailedTimeout',
  /** it said that the session is over (RFC 6749 section 5.2 invalid_grant) */
  grant: 'refreshFailedGrant',
} as const satisfies Readonly<Record<string, SeriesName>>;

/** The curves of all classes. */
export const REFRESH_FAILURE_SERIES: readonly SeriesName[] = Object.values(REFRESH_FAILURES);
