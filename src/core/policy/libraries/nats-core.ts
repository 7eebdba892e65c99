import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * @nats-io/nats-core 3.4.0, lib/protocol.js: `dodialLoop`, `handleAuthError`; lib/options.js, without TLS.
 *
 * A server may be dialled 2000 + U{0..100} after it was last dialled, so the first retry after a long connection comes at once. The
 * wait is drawn again whenever it is over, and goes on if the draw is longer. Ten failures in a row end it, as does a first
 * attempt that fails. Resets when connected. Not here: several servers, and that a second authentication error in a row is final.
 */
export const natsCore: Library = {
  source: '@nats-io/nats-core 3.4.0',
  protocol: 'nats',
  token: 'attempt',
  connectTimeoutMs: 20_000,
  policy: {
    ...PLAIN,
    growth: { kind: 'fixed', delayMs: 2000 },
    jitter: { kind: 'additive', minMs: 0, maxMs: 100, redrawn: true },
    measuredFrom: 'dial',
    maxRetries: 10,
    retryInitial: false,
  },
};
