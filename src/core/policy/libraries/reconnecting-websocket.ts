import { USUAL } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * reconnecting-websocket 4.4.0, dist/reconnecting-websocket-mjs.js: `DEFAULT`, `_getNextDelay` and `_acceptOpen`.
 *
 * Delay: min(10000, m * 1.3^n) with m = 1000 + r * 4000, drawn once when the module loads: a client keeps its m for life.
 * The count starts over once a connection has been open for 5000 ms. Every close code is retried.
 */
export const reconnectingWebsocket: Library = {
  source: 'reconnecting-websocket 4.4.0',
  token: 'attempt',
  connectTimeoutMs: 4000,
  policy: {
    ...USUAL,
    growth: { kind: 'exponential', baseMs: 1000, factor: 1.3 },
    jitter: { kind: 'proportional', low: 1, high: 5 },
    jitterDrawn: 'client',
    capMs: 10_000,
    capOn: 'after-jitter',
    reset: { on: 'stable', afterMs: 5000 },
  },
};
