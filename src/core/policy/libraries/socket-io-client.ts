import { NETWORK } from '../../signal.ts';
import { USUAL } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * socket.io-client 4.8.4, build/esm/manager.js and build/esm/contrib/backo2.js.
 *
 * Delay: min(5000, 1000 * 2^n -+ floor(r * 0.5 * 1000 * 2^n)), minus when floor(10r) is even. The cap comes last, so
 * from n = 4 on every delay is exactly 5000: the jitter is gone when a storm needs it most. From n = 1015 on (85 minutes)
 * 2^n overflows, and the delay is 0 where the sign is minus; the policy reproduces that too.
 *
 * Resets when the transport opens (`onreconnect`), and again when it closes. Every close code is retried. A DISCONNECT or
 * CONNECT_ERROR packet, which travels inside an open connection, ends it (build/esm/socket.js: `ondisconnect`, `onpacket`):
 * the application has to call `connect()`, which it may do where the packet says so.
 */
export const socketIoClient: Library = {
  source: 'socket.io-client 4.8.4',
  protocol: 'socket.io',
  token: 'attempt',
  connectTimeoutMs: 20_000,
  policy: {
    ...USUAL,
    growth: { kind: 'exponential', baseMs: 1000, factor: 2 },
    jitter: { kind: 'backo2', ratio: 0.5 },
    capMs: 5000,
    capOn: 'after-jitter',
    reset: { on: 'open' },
    rules: [
      { from: NETWORK.authRefused, to: NETWORK.authRefused, action: 'stop', unlessAdvised: true },
      { from: NETWORK.serverDisconnect, to: NETWORK.serverDisconnect, action: 'stop', unlessAdvised: true },
    ],
  },
};
