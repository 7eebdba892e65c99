import { USUAL } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * RFC 6455 section 7.2.3, the rule of the protocol for clients after an abnormal closure: a first delay chosen at random
 * between 0 and 5 seconds, then "increasingly longer amounts of time, using a method such as truncated binary exponential
 * backoff".
 *
 * The RFC gives no numbers for the second part. Here it is the method of that name in IEEE 802.3 section 4.2.3.2.5: uniform
 * over a window that doubles, beginning with the 5 s of the first delay, so [0, 10 s), [0, 20 s), ... and truncated at one
 * minute.
 */
export const rfc6455: Library = {
  source: 'RFC 6455 section 7.2.3',
  connectTimeoutMs: null,
  policy: {
    ...USUAL,
    first: { minMs: 0, maxMs: 5000 },
    growth: { kind: 'exponential', baseMs: 10_000, factor: 2 },
    jitter: { kind: 'full', floorMs: 0 },
    capMs: 60_000,
    capOn: 'before-jitter',
    reset: { on: 'open' },
  },
};
