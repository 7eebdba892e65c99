import { NETWORK } from '../../signal.ts';
import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * ably 2.28.0, build/ably-node.js: `notifyState`, `getRetryTime`, `startSuspendTimer`, defaults `TIMEOUTS`.
 *
 * Delays after the loss of a connection: 0, then 15000 * min((c + 2) / 3, 2) * U(0.8, 1] with c from 2: 20000, 25000, then 30000
 * before the jitter. Once it has been without a connection for 120 s (`connectionStateTtl`), 30000 exactly. Resets on CONNECTED.
 * Not here: a client whose first attempt fails begins with c = 1.
 *
 * An ERROR message that does not concern the token is final.
 */
export const ably: Library = {
  source: 'ably 2.28.0',
  connectTimeoutMs: 10_000,
  policy: {
    ...PLAIN,
    first: { minMs: 0, maxMs: 0 },
    growth: { kind: 'linear', baseMs: 20_000, stepMs: 5000 },
    capMs: 30_000,
    jitter: { kind: 'proportional', low: 0.8, high: 1 },
    stages: [{ afterMs: 120_000, delayMs: 30_000 }],
    rules: [{ from: NETWORK.serverDisconnect, to: NETWORK.serverDisconnect, action: 'stop', unlessAdvised: true }],
  },
};
