import { NETWORK, type Signal } from '../../core/signal.ts';
import type { TokenRequests } from '../token-requests.ts';
import type { Workload } from './workload.ts';

/** Tries that ask a token endpoint for the next token, each with a refresh token that no other is using. */
export class Refreshes implements Workload {
  readonly #requests: TokenRequests;
  /** not in use; at most as many as there were at first */
  readonly #free: string[];
  readonly #timeoutMs: number;
  readonly #underWay = new Set<AbortController>();

  /** @param tokens refresh tokens; those that the endpoint gives in exchange take their places */
  constructor(requests: TokenRequests, tokens: readonly string[], timeoutMs: number) {
    this.#requests = requests;
    this.#free = [...tokens];
    this.#timeoutMs = timeoutMs;
  }

  async begin(): Promise<Signal | null> {
    const token = this.#free.pop();
    if (token === undefined) return NETWORK.localLimit;
    const abort = new AbortController();
    this.#underWay.add(abort);
    let failure: Signal | null = null;
    const timer = setTimeout(() => {
      failure = NETWORK.timeout;
      abort.abort();
    }, this.#timeoutMs);
    const answer = await this.#requests.ask(token, abort.signal);
    clearTimeout(timer);
    this.#underWay.delete(abort);
    if (answer.ok) {
      this.#free.push(answer.refresh ?? token);
      return null;
    }
    // A session that is over gives no token again; after any other failure the old one may be tried again (RFC 9700).
    if (answer.signal !== NETWORK.invalidGrant) this.#free.push(token);
    return failure ?? answer.signal;
  }

  async end(): Promise<void> {
    for (const abort of this.#underWay) abort.abort();
  }
}
