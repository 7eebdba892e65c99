import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * gRPC, "Connection Backoff Protocol" (doc/connection-backoff.md), the written specification for all of its clients.
 *
 * Delay: min(120000, 1000 * 1.6^n) * U[0.8, 1.2): the jitter comes after the cap. Resets when connected. An attempt may take 20 s.
 */
export const grpc: Library = {
  source: 'gRPC connection-backoff.md',
  connectTimeoutMs: 20_000,
  policy: {
    ...PLAIN,
    growth: { kind: 'exponential', baseMs: 1000, factor: 1.6 },
    jitter: { kind: 'proportional', low: 0.8, high: 1.2 },
    capMs: 120_000,
  },
};
