import { NETWORK } from '../../signal.ts';
import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * @stomp/stompjs 7.5.0, esm6/client.js: `reconnectDelay`, `reconnectTimeMode`.
 *
 * Delay: 5000 without end. No jitter; growth only where the application asks for it. Resets on CONNECTED. Every close code, and
 * every ERROR frame, is followed by a reconnect, after which the application subscribes again.
 */
export const stompjs: Library = {
  source: '@stomp/stompjs 7.5.0',
  protocol: 'stomp',
  token: 'attempt',
  connectTimeoutMs: null,
  policy: {
    ...PLAIN,
    growth: { kind: 'fixed', delayMs: 5000 },
    rules: [{ from: NETWORK.authRefused, to: NETWORK.authRefused, action: 'retry' }],
  },
};
