import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * @azure/web-pubsub-client 1.0.4, dist/esm/webPubSubClient.js: `_handleConnectionClose`, `_autoReconnect`, `RetryPolicy`.
 *
 * Delays: 0, then 1000 without end: for 30 s attempts to recover the connection, then attempts to begin another. No jitter. Every
 * close code is retried; 1008 only leaves out the recovery. Recoveries present the last token, and its application is asked for another
 * when it begins another connection. Not here: the attempt without a delay between the two phases.
 */
export const webPubsub: Library = {
  source: '@azure/web-pubsub-client 1.0.4',
  protocol: 'web-pubsub',
  token: 'series',
  connectTimeoutMs: null,
  policy: {
    ...PLAIN,
    first: { minMs: 0, maxMs: 0 },
    growth: { kind: 'fixed', delayMs: 1000 },
  },
};
