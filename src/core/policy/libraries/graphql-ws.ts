import { NETWORK } from '../../signal.ts';
import { USUAL } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * graphql-ws 6.4.2, dist/client.js, on the npm package ws.
 *
 * Delay: 1000 * 2^n + floor(300 + r * 2700), without a cap, five times (`retryWait`, `retryAttempts`); the policy does not
 * round down. Resets on `connection_ack`.
 *
 * `shouldRetry` accepts close events only. ws reports every failure before the socket is open, and every broken frame,
 * as an error event first, which is final: by default a refused connection or an HTTP 503 ends the client. The loss of
 * an open connection is only a close event (1006), and retried. Not distinguished here: a reset during the handshake,
 * which is final in the library and retried by the policy. In browsers even the loss of an open connection is an error
 * event.
 *
 * Fatal close codes, from `shouldRetryConnectOrThrow`: 1xxx except seven, and the protocol's own errors.
 * 1000 with a subscription under way reconnects at once and is not counted; after a failure, while no connection has
 * been acknowledged since, the library waits and counts, which the policy does not.
 */
export const graphqlWs: Library = {
  source: 'graphql-ws 6.4.2',
  protocol: 'graphql-transport-ws',
  token: 'attempt',
  connectTimeoutMs: null,
  policy: {
    ...USUAL,
    growth: { kind: 'exponential', baseMs: 1000, factor: 2 },
    jitter: { kind: 'additive', minMs: 300, maxMs: 3000 },
    capMs: Infinity,
    capOn: 'after-jitter',
    maxRetries: 5,
    reset: { on: 'ready' },
    rules: [
      { from: 1000, to: 1000, action: 'retry-now', counted: false },
      { from: 1002, to: 1004, action: 'stop' },
      { from: 1007, to: 1011, action: 'stop' },
      { from: 1015, to: 1999, action: 'stop' },
      { from: 4004, to: 4005, action: 'stop' },
      { from: 4400, to: 4401, action: 'stop' },
      { from: 4406, to: 4406, action: 'stop' },
      { from: 4409, to: 4409, action: 'stop' },
      { from: 4429, to: 4429, action: 'stop' },
      { from: 4500, to: 4500, action: 'stop' },
      { from: 100, to: 599, action: 'stop' },
      { from: NETWORK.refused, to: NETWORK.refused, action: 'stop' },
      { from: NETWORK.timeout, to: NETWORK.unreachable, action: 'stop' },
      { from: NETWORK.other, to: NETWORK.other, action: 'stop' },
    ],
  },
};
