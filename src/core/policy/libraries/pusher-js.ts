import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * pusher-js 8.6.0, dist/node/pusher.js: `getCloseAction`, `buildErrorCallbacks`, `buildConnectionCallbacks`.
 *
 * Delay after the loss of a connection: 1000. An attempt that fails is followed by the next 15, 30, then 60 s after it began
 * (`SequentialStrategy` of `ws_loop`), which is also the time that it may take. No jitter. By close code: 4000 at once (over TLS), 4001-4099 final, 4100-4199 after
 * 1000, 4200-4299 at once, 4300 and above final. Not here: after failed attempts the library also tries its HTTP transports.
 */
export const pusherJs: Library = {
  source: 'pusher-js 8.6.0',
  protocol: 'pusher',
  token: 'attempt',
  connectTimeoutMs: 15_000,
  policy: {
    ...PLAIN,
    first: { minMs: 1000, maxMs: 1000 },
    growth: { kind: 'table', delaysMs: [15_000, 30_000, 60_000], then: 'repeat' },
    measuredFrom: 'dial',
    rules: [
      { from: 4000, to: 4000, action: 'retry', delayMs: 0 },
      { from: 4001, to: 4099, action: 'stop' },
      { from: 4100, to: 4199, action: 'retry', delayMs: 1000 },
      { from: 4200, to: 4299, action: 'retry', delayMs: 0 },
      { from: 4300, to: 4999, action: 'stop' },
    ],
  },
};
