import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * @liveblocks/core 3.24.2, dist/index.js: `BACKOFF_DELAYS`, `BACKOFF_DELAYS_SLOW`, `createConnectionStateMachine`.
 *
 * Delays: 250, 500, 1000, 2000, 4000, 8000, then 10000; after 1013 and 4200-4299: 2000, 30000, 60000, then 300000. No jitter. 4000-4099
 * and 4999 are final, 4100-4199 get another token first. Not here: after a change from one table to the other the library takes
 * the first delay that is longer than the last one, and other codes than 4109 wait before they get the token.
 */
export const liveblocks: Library = {
  source: '@liveblocks/core 3.24.2',
  connectTimeoutMs: 20_000,
  heartbeat: { everyMs: 30_000, timeoutMs: 2000, answered: true },
  policy: {
    ...PLAIN,
    growth: { kind: 'table', delaysMs: [250, 500, 1000, 2000, 4000, 8000, 10_000], then: 'repeat' },
    rules: [
      { from: 1013, to: 1013, action: 'retry', delaysMs: [2000, 30_000, 60_000, 300_000] },
      { from: 4000, to: 4099, action: 'stop' },
      { from: 4100, to: 4199, action: 'refresh' },
      { from: 4200, to: 4299, action: 'retry', delaysMs: [2000, 30_000, 60_000, 300_000] },
      { from: 4999, to: 4999, action: 'stop' },
    ],
  },
};
