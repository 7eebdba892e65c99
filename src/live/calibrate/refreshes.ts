import { NETWORK, type Signal } from '../../core/signal.ts';
import type { TokenRequests } from '../token-requests.ts';
import type { Workload } from './workload.ts';

/**
 * Tries that ask a token endpoint for the next token, each with a refresh token that no other is using.
 *
 * @param tokens refresh tokens; those that the endpoint gives in exchange take their places
 */
export function refreshTries(requests: TokenRequests, tokens: readonly string[], timeoutMs: number): Workload {
  const free = [...tokens];
  const underWay = new Set<AbortController>();
  return {
    async begin() {
      const token = free.pop();
      if (token === undefined) return NETWORK.localLimit;
      const abort = new AbortController();
      underWay.add(abort);
      let failure: Signal | null = null;
      const timer = setTimeout(() => {
        failure = NETWORK.timeout;
        abort.abort();
      }, timeoutMs);
      const answer = await requests.ask(token, abort.signal);
      clearTimeout(timer);
      underWay.delete(abort);
      if (answer.ok) {
        free.push(answer.refresh ?? token);
        return null;
      }
      // A session that is over gives no token again; after any other failure the old one may be tried again (RFC 9700).
      if (answer.signal !== NETWORK.invalidGrant) free.push(token);
      return failure ?? answer.signal;
    },
    async end() {
      for (const abort of underWay) abort.abort();
    },
  };
}
