import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * partysocket 1.3.0, dist/ws.js: `DEFAULT`, `_getNextDelay` and `_acceptOpen`.
 *
 * Delay: min(10000, 3000 * 1.3^n). No jitter, unlike reconnecting-websocket, from which it descends. The count starts over once
 * a connection has been open for 5000 ms. Every close code is retried.
 */
export const partysocket: Library = {
  source: 'partysocket 1.3.0',
  token: 'attempt',
  connectTimeoutMs: 4000,
  policy: {
    ...PLAIN,
    growth: { kind: 'exponential', baseMs: 3000, factor: 1.3 },
    capMs: 10_000,
    reset: { on: 'stable', afterMs: 5000 },
  },
};
