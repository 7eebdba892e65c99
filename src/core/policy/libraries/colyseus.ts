import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * @colyseus/sdk 0.18.4, build/Room.mjs: `handleReconnection`, `retryReconnection`; build/Reconnection.mjs.
 *
 * Delay: min(5000, 100 * 2^k), k from 1, 15 times. No jitter. Resets with each reconnect. Only the close codes 1001, 1005, 1006 and 4010 are
 * retried, and none of a connection that was up for less than 5 s; a client that never joined does not come back.
 */
export const colyseus: Library = {
  source: '@colyseus/sdk 0.18.4',
  connectTimeoutMs: null,
  policy: {
    ...PLAIN,
    growth: { kind: 'exponential', baseMs: 200, factor: 2 },
    capMs: 5000,
    maxRetries: 15,
    retryInitial: false,
    minUptimeMs: 5000,
    rules: [
      { from: 1000, to: 1000, action: 'stop' },
      { from: 1002, to: 1004, action: 'stop' },
      { from: 1007, to: 4009, action: 'stop' },
      { from: 4011, to: 4999, action: 'stop' },
    ],
  },
};
