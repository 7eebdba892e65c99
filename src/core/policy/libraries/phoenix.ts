import { PLAIN, USUAL } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * phoenix 1.8.16, priv/static/phoenix.mjs: `reconnectAfterMs`, `Timer` and `onConnClose` of Socket.
 *
 * Delays: 10, 50, 100, 150, 200, 250, 500, 1000, 2000, then 5000 without end. No jitter. Resets when the socket opens, so a
 * server that accepts and then drops is dialled every 10 ms. Every close code is retried, 1000 included.
 *
 * Channels rejoin on a timer of their own (1000, 2000, 5000, then 10000). Not here: a hidden page does not reconnect.
 */
export const phoenix: Library = {
  source: 'phoenix 1.8.16',
  protocol: 'phoenix',
  token: 'attempt',
  connectTimeoutMs: null,
  rejoin: { ...PLAIN, growth: { kind: 'table', delaysMs: [1000, 2000, 5000, 10_000], then: 'repeat' } },
  policy: {
    ...USUAL,
    growth: { kind: 'table', delaysMs: [10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000], then: 'repeat' },
    jitter: { kind: 'none' },
    capMs: Infinity,
    capOn: 'after-jitter',
    reset: { on: 'open' },
  },
};
