import type { AbortNotice } from '../abort.ts';
import { NETWORK } from '../../core/signal.ts';
import { RateCap } from './rate-cap.ts';
import { failed } from './token-requests.ts';
import type { TokenSource } from './token-source.ts';

/**
 * Limits the token requests per second at a foreign host, as `cappedDialler` limits attempts.
 *
 * @param perSecond most requests per second; Infinity: no limit
 * @param nowMs monotonic clock
 */
export function cappedTokens(tokens: TokenSource, perSecond: number, nowMs: () => number): TokenSource {
  if (perSecond === Infinity || tokens.mints) return tokens;
  /** clients whose requests wait for their turn */
  const waiting = new Map<number, () => void>();
  let over = false;
  const goOn = (client: number): void => {
    waiting.get(client)?.();
    waiting.delete(client);
  };
  const cap = new RateCap(perSecond, goOn, nowMs);
  const turnOf = (client: number, abort: AbortNotice): Promise<void> =>
    new Promise((resolve) => {
      const leave = (): void => {
        cap.withdraw(client);
        goOn(client);
      };
      waiting.set(client, () => {
        abort.removeEventListener('abort', leave);
        resolve();
      });
      abort.addEventListener('abort', leave);
      cap.ask(client);
    });
  return {
    mints: false,
    get delayed() {
      return cap.delayed;
    },
    logsIn: tokens.logsIn,
    async first(client, abort) {
      if (!tokens.logsIn) return tokens.first(client, abort);
      if (!abort.aborted && !over) await turnOf(client, abort);
      return abort.aborted || over ? failed(NETWORK.other) : tokens.first(client, abort);
    },
    async next(client, abort, flaw) {
      if (!abort.aborted && !over) await turnOf(client, abort);
      // The client has given up: nothing is sent, not even a SYN.
      return abort.aborted || over ? failed(NETWORK.other) : tokens.next(client, abort, flaw);
    },
    async close() {
      over = true;
      cap.stop();
      for (const client of waiting.keys()) goOn(client);
      await tokens.close();
    },
  };
}
