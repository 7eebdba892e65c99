import { NETWORK } from '../../signal.ts';
import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * mqtt 5.16.0, build/lib/client.js: `_setupReconnect`, `reconnectPeriod`; build/lib/handlers/connack.js.
 *
 * Delay: 1000 without end. No jitter, no growth. A CONNACK with a reason code above 0 ends it, unless the application sets
 * `reconnectOnConnackError`.
 */
export const mqtt: Library = {
  source: 'mqtt 5.16.0',
  protocol: 'mqtt',
  token: 'fixed',
  connectTimeoutMs: 30_000,
  policy: {
    ...PLAIN,
    growth: { kind: 'fixed', delayMs: 1000 },
    rules: [{ from: NETWORK.authRefused, to: NETWORK.authRefused, action: 'stop', unlessAdvised: true }],
  },
};
