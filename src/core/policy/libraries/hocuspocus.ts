import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * @hocuspocus/provider 4.8.0, src/HocuspocusProviderWebsocket.ts: `onClose`, `connect`; @lifeomic/attempt, `defaultCalculateDelay`.
 *
 * Delays: 1000, then U[1000, min(30000, 1000 * 2^(k-1))] for the k-th failed attempt, so 1000 once more. Resets on the first message.
 * Every close code is retried.
 */
export const hocuspocus: Library = {
  source: '@hocuspocus/provider 4.8.0',
  protocol: 'hocuspocus',
  token: 'attempt',
  connectTimeoutMs: null,
  policy: {
    ...PLAIN,
    first: { minMs: 1000, maxMs: 1000 },
    growth: { kind: 'exponential', baseMs: 1000, factor: 2 },
    jitter: { kind: 'above', minMs: 1000 },
    capMs: 30_000,
    reset: { on: 'first-message' },
  },
};
