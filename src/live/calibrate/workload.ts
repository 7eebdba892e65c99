import { NETWORK, type Signal } from '../../core/signal.ts';
import { probeHandshake, type HandshakeProbe, type ProbeParts } from '../socket/handshake-probe.ts';
import type { TokenRequests } from '../tokens/token-requests.ts';

/** One kind of thing that can be asked of a target at a rate. */
export interface Workload {
  /**
   * Begins try number `n` of a step. Never rejects.
   *
   * @returns how it failed; null: it succeeded. `NETWORK.localLimit`: this machine could not even begin it.
   */
  begin(n: number): Promise<Signal | null>;
  /** Ends whatever is under way, and resolves when nothing of the step is left. */
  end(): Promise<void>;
}

/**
 * Handshakes as clients make them; connections are held until the end of the step.
 *
 * @param tokens an access token for each try of a step
 */
export function handshakeTries(parts: ProbeParts, tokens: readonly string[]): Workload {
  const probes: HandshakeProbe[] = [];
  return {
    begin(n) {
      const probe = probeHandshake(parts, tokens[n] ?? '', n);
      probes.push(probe);
      return probe.outcome;
    },
    async end() {
      for (const probe of probes) probe.hangUp();
      await Promise.all(probes.map(({ gone }) => gone));
    },
  };
}

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
      const answer = await requests.refresh({ client: 0, refresh: token }, null, abort.signal);
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
