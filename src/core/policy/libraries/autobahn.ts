import { NETWORK } from '../../signal.ts';
import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * autobahn 22.11.1, lib/connection.js: `_autoreconnect_advance`; lib/util.js: `rand_normal`.
 *
 * Delay: 1500 * 1.5^n, capped at 300000, with a normal jitter of 10 % of the delay, which the next delay grows from. 15 times. Resets when
 * the transport opens. Every close code is retried; a session that the router ends (GOODBYE, ABORT) is final.
 */
export const autobahn: Library = {
  source: 'autobahn 22.11.1',
  connectTimeoutMs: null,
  policy: {
    ...PLAIN,
    growth: { kind: 'exponential', baseMs: 1500, factor: 1.5, growsFrom: 'previous' },
    jitter: { kind: 'gaussian', sd: 0.1 },
    capMs: 300_000,
    capOn: 'after-jitter',
    maxRetries: 15,
    reset: { on: 'open' },
    rules: [
      { from: NETWORK.authRefused, to: NETWORK.authRefused, action: 'stop', unlessAdvised: true },
      { from: NETWORK.serverDisconnect, to: NETWORK.serverDisconnect, action: 'stop', unlessAdvised: true },
    ],
  },
};
