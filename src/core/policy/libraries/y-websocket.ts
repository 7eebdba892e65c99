import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * y-websocket 3.1.0, src/y-websocket.js: `closeWebsocketConnection`, `defaultShouldReconnect`.
 *
 * Delay: min(2500, 100 * 2^k), k from 1. No jitter. Resets when the document is synced. Close codes 4400-4499 are final.
 */
export const yWebsocket: Library = {
  source: 'y-websocket 3.1.0',
  token: 'fixed',
  connectTimeoutMs: null,
  policy: {
    ...PLAIN,
    growth: { kind: 'exponential', baseMs: 200, factor: 2 },
    capMs: 2500,
    rules: [{ from: 4400, to: 4499, action: 'stop' }],
  },
};
