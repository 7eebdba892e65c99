import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * @supabase/realtime-js 2.109.0, dist/module/RealtimeClient.js: `RECONNECT_INTERVALS`; the socket is phoenix's. Tokens by
 * @supabase/auth-js 2.109.0.
 *
 * Delays: 1000, 2000, 5000, then 10000 without end. No jitter. Resets when the socket opens. Every close code is retried.
 * Channels rejoin after 1000, 2000, 5000, then 10000. A ticker of 30 s renews a token with 90 s left or less, so at a random
 * instant with 90 to 60 s left; failures are repeated after 200 * 2^n.
 */
export const supabase: Library = {
  source: '@supabase/realtime-js 2.109.0',
  protocol: 'supabase',
  connectTimeoutMs: null,
  policy: {
    ...PLAIN,
    growth: { kind: 'table', delaysMs: [1000, 2000, 5000, 10_000], then: 'repeat' },
    reset: { on: 'open' },
  },
  rejoin: { ...PLAIN, growth: { kind: 'table', delaysMs: [1000, 2000, 5000, 10_000], then: 'repeat' } },
  refresh: {
    lead: { ms: 90_000 },
    jitter: { ms: 30_000 },
    clock: 'exp',
    retry: { ...PLAIN, growth: { kind: 'exponential', baseMs: 200, factor: 2 }, capMs: 60_000 },
  },
};
