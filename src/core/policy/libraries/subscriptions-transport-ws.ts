import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * subscriptions-transport-ws 0.11.0, dist/client.js with the npm package backo2, and `reconnect: true`: without that option
 * it never reconnects.
 *
 * Delay: min(10000, 100 * 2^n -+ floor(r * 0.5 * 100 * 2^n)), minus when floor(10r) is even. Resets on `connection_ack`. Every
 * close code is retried. Not here: the time-out of an attempt grows from 1 s to 30 s with the attempts.
 */
export const subscriptionsTransportWs: Library = {
  source: 'subscriptions-transport-ws 0.11.0',
  protocol: 'subscriptions-transport-ws',
  token: 'attempt',
  connectTimeoutMs: 30_000,
  policy: {
    ...PLAIN,
    growth: { kind: 'exponential', baseMs: 100, factor: 2 },
    jitter: { kind: 'backo2', ratio: 0.5 },
    capMs: 10_000,
    capOn: 'after-jitter',
  },
};
