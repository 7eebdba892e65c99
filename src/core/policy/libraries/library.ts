import type { BackoffPolicy } from '../backoff.ts';

/** Reconnect policy of a real client library with its default options. */
export interface Library {
  /** source of the policy: package and version, or document and section */
  readonly source: string;
  /** the library's limit on an attempt, ms; null: none, it waits for the operating system */
  readonly connectTimeoutMs: number | null;
  readonly policy: BackoffPolicy;
}

/** What most libraries have in common. */
export const USUAL = {
  jitterDrawn: 'retry',
  floorMs: 0,
  maxRetries: Infinity,
  retryInitial: true,
  retryAfter: 'ignore',
  rules: [],
} as const satisfies Partial<BackoffPolicy>;
