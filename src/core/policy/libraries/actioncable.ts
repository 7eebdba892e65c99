import { NETWORK } from '../../signal.ts';
import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * @rails/actioncable 8.1.400, src/connection_monitor.js: `getPollInterval`, `reconnectIfStale`.
 *
 * A timer looks at the connection every 6 to 12 s, and reconnects if nothing was heard for 6 s and the loss is 6 s old. So the first
 * delay is that until the next look but one, or until the next: its quantiles here are those of a server that pings every 3 s,
 * as Rails does. Later looks, and attempts, follow after 6000 * 1.15^min(a, 10) * U[1, 1.15), a from 1. Resets on `welcome`.
 * Every close code is retried; a `disconnect` message with `reconnect: false` is final. In one case of six a look that
 * comes too early already counts as an attempt, and all later delays are one step longer; the jitter has that share. Not
 * here: the growth of these ends with the tenth attempt, too, where here it goes on to 27900. Nor is it here that a
 * subscription which is not confirmed is asked for again every 500 ms.
 */
export const actioncable: Library = {
  source: '@rails/actioncable 8.1.400',
  protocol: 'actioncable',
  token: 'attempt',
  connectTimeoutMs: null,
  policy: {
    ...PLAIN,
    first: {
      quantilesMs: [
        6000, 6450, 6900, 7360, 7810, 8250, 8700, 9150, 9600, 10060, 10520, 10960, 11360, 11740, 12090, 12430, 12760,
        13090, 13500, 14340, 18000,
      ],
    },
    growth: { kind: 'exponential', baseMs: 6900, factor: 1.15 },
    // 6000 * 1.15^10
    capMs: 24_273,
    // Five sixths in [1, 1.15), one sixth in [1.15, 1.3225).
    jitter: { kind: 'quantiles', factors: [1, 1.03, 1.06, 1.09, 1.12, 1.15, 1.3225] },
    rules: [{ from: NETWORK.serverDisconnect, to: NETWORK.serverDisconnect, action: 'stop', unlessAdvised: true }],
  },
};
