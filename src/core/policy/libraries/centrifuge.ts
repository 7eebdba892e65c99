import { PLAIN, USUAL } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * centrifuge 5.8.0, build/index.mjs: `backoff`, `_getReconnectDelay`, `_scheduleReconnect` and `onClose`.
 *
 * Delay: min(20000, 500 + randomInt(0, min(20000, 500 * 2^min(n, 31)))), whole milliseconds with both ends included; the
 * policy draws real ones. Resets on the reply to the connect command.
 *
 * Codes 3500-3999 and 4500-4999 stop it, as does 1009. The library checks the two ranges only when the close frame has a
 * reason: without one it reconnects, which a rule by code alone cannot express. After the error 109 it asks for another token in the next attempt,
 * after its delay; the policy asks at once. A JSON reason decides by its
 * `reconnect`, whatever the code: that is advice of the server, which is followed for all codes that do not stop here.
 */
export const centrifuge: Library = {
  source: 'centrifuge 5.8.0',
  protocol: 'centrifugo',
  token: 'kept',
  connectTimeoutMs: 5000,
  // `_refresh` when the server's `ttl` runs out; a failure is repeated after 5 to 10 s (`_getRefreshRetryDelay`).
  refresh: {
    lead: { ms: 0 },
    jitter: { ms: 0 },
    clock: 'ttl',
    retry: { ...PLAIN, growth: { kind: 'fixed', delayMs: 5000 }, jitter: { kind: 'additive', minMs: 0, maxMs: 5000 } },
  },
  policy: {
    ...USUAL,
    growth: { kind: 'exponential', baseMs: 500, factor: 2 },
    jitter: { kind: 'full', floorMs: 500 },
    capMs: 20_000,
    capOn: 'both',
    reset: { on: 'ready' },
    rules: [
      { from: 1009, to: 1009, action: 'stop' },
      { from: 3500, to: 3999, action: 'stop' },
      { from: 4500, to: 4999, action: 'stop' },
    ],
  },
};
