import type { RequestFault, RequestFaults } from '../../core/fault/request-faults.ts';
import { timeMs } from '../../core/random/time.ts';
import { NETWORK, type Signal } from '../../core/signal.ts';
import type { MintedFlaw, NextToken, TokenSource } from '../token-source.ts';
import { HeldRequests } from './held.ts';
import { retryAfterOf, type Population } from './population.ts';

type RefreshFault = RequestFault<'refresh'>;

/**
 * A token source that injects refresh faults for token endpoints that inject none: a request is answered, or not, as if
 * the endpoint had done it. A fault that refuses a request sends nothing; one that spoils the answer sends the request.
 */
export class FaultedTokens implements TokenSource {
  readonly mints: boolean;
  readonly #source: TokenSource;
  readonly #population: Population;
  readonly #faults: RequestFaults<'refresh'>;
  readonly #held = new HeldRequests();

  constructor(source: TokenSource, population: Population, faults: RequestFaults<'refresh'>) {
    this.mints = source.mints;
    this.#source = source;
    this.#population = population;
    this.#faults = faults;
    faults.onEnd((index) => this.#held.release(index));
  }

  get delayed(): number {
    return this.#source.delayed;
  }

  async next(client: number, abort: AbortSignal): Promise<NextToken> {
    const { numberOf, now } = this.#population;
    const requestFault = this.#faults.request(numberOf(client), now());
    if (requestFault === undefined) return this.#source.next(client, abort);
    const { mode } = requestFault;
    switch (mode.kind) {
      case 'refuse':
        return failed(requestFault, NETWORK.refused);
      case 'reset':
        return failed(requestFault, NETWORK.reset);
      case 'status':
        return failed(requestFault, mode.status, retryAfterOf(mode, this.#population));
      case 'invalid-grant':
        return failed(requestFault, NETWORK.invalidGrant);
      case 'hang':
        requestFault.hit();
        await this.#wait(client, abort, (resume) =>
          this.#held.untilOver(client, requestFault.occurrence.index, resume),
        );
        return failed(requestFault, NETWORK.reset);
      case 'stale':
      case 'wrong-subject':
        return this.#mintFlawed(client, requestFault, mode.kind, abort);
      default:
        return this.#spoilAnswer(client, requestFault, abort);
    }
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  /** Mints a flawed token; a fault at a foreign endpoint, which mints by itself, misses as `failed`. */
  async #mintFlawed(
    client: number,
    requestFault: RefreshFault,
    flaw: MintedFlaw,
    abort: AbortSignal,
  ): Promise<NextToken> {
    const answer = await this.#source.next(client, abort, this.mints ? flaw : undefined);
    if (this.mints) requestFault.hit();
    else requestFault.miss('failed');
    return answer;
  }

  /** Sends the request and spoils its answer, also a refusal. */
  async #spoilAnswer(client: number, requestFault: RefreshFault, abort: AbortSignal): Promise<NextToken> {
    const answer = await this.#source.next(client, abort);
    if (abort.aborted) {
      requestFault.miss('not-connected');
      return answer;
    }
    const { mode } = requestFault;
    if (mode.kind !== 'slow') {
      return failed(requestFault, mode.kind === 'lost' ? NETWORK.reset : NETWORK.malformed);
    }
    requestFault.hit();
    const delayMs = timeMs(mode.delay, requestFault.draw());
    await this.#wait(client, abort, (resume) => this.#held.forMs(client, delayMs, resume));
    return answer;
  }

  /** Resolves when the held request resumes or is aborted. */
  #wait(client: number, abort: AbortSignal, hold: (resume: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      abort.addEventListener('abort', () => {
        this.#held.abandon(client);
        resolve();
      });
      hold(resolve);
    });
  }
}

/** Counts the hit, and makes the failed answer that the client gets. */
function failed(requestFault: RefreshFault, signal: Signal, retryAfter: string | null = null): NextToken {
  requestFault.hit();
  return { ok: false, signal, ...(retryAfter === null ? {} : { retryAfter }) };
}
