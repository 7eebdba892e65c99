import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * @slack/socket-mode 3.1.0, dist/src/SocketModeClient.js: `delayReconnectAttempt`.
 *
 * Delay: 5000 * k, k from 1, without a cap. No jitter. Before each attempt it asks `apps.connections.open` for a URL, and an answer
 * resets k, so that it is 1 for as long as only the sockets fail, as here. Every close code is retried.
 */
export const slack: Library = {
  source: '@slack/socket-mode 3.1.0',
  connectTimeoutMs: null,
  policy: { ...PLAIN, growth: { kind: 'fixed', delayMs: 5000 } },
};
