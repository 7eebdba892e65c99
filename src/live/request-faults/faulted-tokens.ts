import type { RequestFault, RequestFaults } from '../../core/fault/request-faults.ts';
import { timeMs } from '../../core/random/time.ts';
import { NETWORK, type Signal } from '../../core/signal.ts';
import type { MintedFlaw, NextToken, TokenSource } from '../token-source.ts';
import { headerOf } from './header-of.ts';
import { Held } from './held.ts';
import type { Population } from './population.ts';

type Met = RequestFault<'refresh'>;

/**
 * The clients' token requests, with what faults put in their way towards a token endpoint that knows of no faults: each
 * is answered, or not, as if the endpoint had done it. A fault that hits before anything is done sends nothing; one
 * that hits after it carries the request out, and spoils its answer.
 */
export class FaultedTokens implements TokenSource {
  readonly mints: boolean;
  readonly #source: TokenSource;
  readonly #population: Population;
  readonly #faults: RequestFaults<'refresh'>;
  readonly #held = new Held();

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
        return turnedAway(requestFault, NETWORK.refused);
      case 'reset':
        return turnedAway(requestFault, NETWORK.reset);
      case 'status':
        return turnedAway(requestFault, mode.status, headerOf(mode, this.#population));
      case 'invalid-grant':
        return turnedAway(requestFault, NETWORK.invalidGrant);
      case 'hang':
        requestFault.hit();
        await this.#wait(client, abort, (goOn) => this.#held.untilOver(client, requestFault.occurrence.index, goOn));
        return turnedAway(requestFault, NETWORK.reset);
      case 'stale':
      case 'wrong-subject':
        return this.#mintedWrongly(client, requestFault, mode.kind, abort);
      default:
        return this.#carriedOut(client, requestFault, abort);
    }
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  /** Only where squall mints is there anything to make wrong. */
  async #mintedWrongly(client: number, requestFault: Met, flaw: MintedFlaw, abort: AbortSignal): Promise<NextToken> {
    const answer = await this.#source.next(client, abort, this.mints ? flaw : undefined);
    if (this.mints) requestFault.hit();
    else requestFault.miss('failed');
    return answer;
  }

  /** The request is made, and whatever is answered meets its fault on the way back, refusals included. */
  async #carriedOut(client: number, requestFault: Met, abort: AbortSignal): Promise<NextToken> {
    const answer = await this.#source.next(client, abort);
    if (abort.aborted) {
      requestFault.miss('not-connected');
      return answer;
    }
    const { mode } = requestFault;
    if (mode.kind !== 'slow') {
      return turnedAway(requestFault, mode.kind === 'lost' ? NETWORK.reset : NETWORK.malformed);
    }
    requestFault.hit();
    const delayMs = timeMs(mode.delay, requestFault.draw());
    await this.#wait(client, abort, (goOn) => this.#held.forMs(client, delayMs, goOn));
    return answer;
  }

  /** Until what `hold` holds back goes on, or nobody waits for it any more. */
  #wait(client: number, abort: AbortSignal, hold: (goOn: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      abort.addEventListener('abort', () => {
        this.#held.abandon(client);
        resolve();
      });
      hold(resolve);
    });
  }
}

/** The client is told that its request failed, of a fault that has done its work with that. */
function turnedAway(met: Met, signal: Signal, retryAfter: string | null = null): NextToken {
  met.hit();
  return { ok: false, signal, ...(retryAfter === null ? {} : { retryAfter }) };
}
