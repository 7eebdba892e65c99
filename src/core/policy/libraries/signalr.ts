import { USUAL } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * @microsoft/signalr 10.0.11, dist/esm/DefaultReconnectPolicy.js and dist/esm/HubConnection.js, with
 * `withAutomaticReconnect()`: without that call the client never reconnects.
 *
 * Delays: 0, 2000, 10000, 30000, then it gives up. No jitter, so a dropped population comes back in four spikes. The count
 * starts over with each reconnect that completes the hub handshake; a first start that fails is not repeated.
 *
 * Every close code is retried. A Close message without `allowReconnect` ends it: a server's advice to stop. The limit
 * on an attempt is for the hub handshake (`serverTimeoutInMilliseconds`); the library has none for opening the socket.
 */
export const signalr: Library = {
  source: '@microsoft/signalr 10.0.11',
  protocol: 'signalr',
  token: 'attempt',
  connectTimeoutMs: 30_000,
  policy: {
    ...USUAL,
    growth: { kind: 'table', delaysMs: [0, 2000, 10_000, 30_000], then: 'give-up' },
    jitter: { kind: 'none' },
    capMs: Infinity,
    capOn: 'after-jitter',
    retryInitial: false,
    reset: { on: 'ready' },
  },
};
