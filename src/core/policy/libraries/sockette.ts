import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * sockette 2.0.6, dist/sockette.js.
 *
 * Delay: 1000 without end. No jitter, no growth. Resets when the socket opens. Close codes 1000, 1001 and 1005 are final, so a
 * server that closes for a restart (1001) loses these clients.
 */
export const sockette: Library = {
  source: 'sockette 2.0.6',
  token: 'fixed',
  connectTimeoutMs: null,
  policy: {
    ...PLAIN,
    growth: { kind: 'fixed', delayMs: 1000 },
    reset: { on: 'open' },
    rules: [
      { from: 1000, to: 1001, action: 'stop' },
      { from: 1005, to: 1005, action: 'stop' },
    ],
  },
};
