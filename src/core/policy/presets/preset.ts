import type { BackoffPolicy } from '../backoff.ts';

/** How a real client library, with the options that it ships with, reconnects. */
export interface Preset {
  /** package and version, or document and section: what the policy was read from */
  readonly source: string;
  /** the library's own limit on an attempt; null where it has none and waits for the operating system */
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
