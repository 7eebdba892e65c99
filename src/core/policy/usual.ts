import type { BackoffPolicy } from './backoff.ts';

/** The parts of a backoff that most client libraries have in common. */
export const USUAL = {
  jitterDrawn: 'retry',
  floorMs: 0,
  maxRetries: Infinity,
  retryInitial: true,
  stages: [],
  measuredFrom: 'failure',
  minUptimeMs: 0,
  retryAfter: 'ignore',
  rules: [],
} as const satisfies Partial<BackoffPolicy>;

/** Delays without jitter and without a limit of their own. */
export const PLAIN = {
  ...USUAL,
  jitter: { kind: 'none' },
  capMs: Infinity,
  capOn: 'before-jitter',
  reset: { on: 'ready' },
} as const satisfies Partial<BackoffPolicy>;
