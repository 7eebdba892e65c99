import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * convex 1.48.0, src/browser/sync/web_socket_manager.ts: `nextBackoff`, `onclose`.
 *
 * Delay: min(16000, 1000 * 2^n) * U[0.5, 1.5): the jitter comes after the cap. Resets when all is synced again. Every close code is
 * retried. Not here: a close reason that names an overload begins with 3000, and a client that closes by itself with 100.
 */
export const convex: Library = {
  source: 'convex 1.48.0',
  connectTimeoutMs: null,
  policy: {
    ...PLAIN,
    growth: { kind: 'exponential', baseMs: 1000, factor: 2 },
    jitter: { kind: 'proportional', low: 0.5, high: 1.5 },
    capMs: 16_000,
  },
};
