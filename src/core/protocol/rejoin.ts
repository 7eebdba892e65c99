import { USUAL } from '../policy/usual.ts';
import type { Rejoin } from './shape.ts';

/**
 * Rejoins of phoenix.js 1.8.16 (assets/js/phoenix/socket.js, `rejoinAfterMs`, and `DEFAULT_TIMEOUT`), which
 * @supabase/realtime-js 2.109.0 has, too: after 1, 2, 5, then every 10 s, with 10 s for each join.
 *
 * @param presents whether a join presents the token
 */
export function phoenixRejoin(presents: boolean): Rejoin {
  return {
    backoff: {
      ...USUAL,
      growth: { kind: 'table', delaysMs: [1000, 2000, 5000, 10_000], then: 'repeat' },
      jitter: { kind: 'none' },
      capMs: Infinity,
      capOn: 'after-jitter',
      reset: { on: 'ready' },
    },
    timeoutMs: 10_000,
    presents,
  };
}
