import type { MintedFlaw, NextToken, TokenSource } from './token-source.ts';
import { NETWORK } from '../core/signal.ts';
import { RateCap } from './rate-cap.ts';
import { failed } from './token-requests.ts';

/**
 * Limits the token requests per second at a foreign host.
 *
 * @param perSecond most requests per second; Infinity: no limit
 * @param nowMs monotonic clock
 */
export function cappedTokens(tokens: TokenSource, perSecond: number, nowMs: () => number): TokenSource {
  return perSecond === Infinity || tokens.mints ? tokens : new CappedTokens(tokens, perSecond, nowMs);
}

/** Limits the rate of token requests to a foreign host, as RateCap limits attempts. */
class CappedTokens implements TokenSource {
  readonly mints = false;
  readonly #tokens: TokenSource;
  readonly #cap: RateCap;
  /** clients whose requests wait for their turn */
  readonly #waiting = new Map<number, () => void>();
  #over = false;

  constructor(tokens: TokenSource, perSecond: number, nowMs: () => number) {
    this.#tokens = tokens;
    this.#cap = new RateCap(perSecond, (client) => this.#goOn(client), nowMs);
  }

  get delayed(): number {
    return this.#cap.delayed;
  }

  async next(client: number, abort: AbortSignal, flaw?: MintedFlaw): Promise<NextToken> {
    if (!abort.aborted && !this.#over) await this.#turn(client, abort);
    // The client has given up: nothing is sent, not even a SYN.
    return abort.aborted || this.#over ? failed(NETWORK.other) : this.#tokens.next(client, abort, flaw);
  }

  async close(): Promise<void> {
    this.#over = true;
    this.#cap.stop();
    for (const client of this.#waiting.keys()) this.#goOn(client);
    await this.#tokens.close();
  }

  #turn(client: number, abort: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const goOn = (): void => {
        abort.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#cap.withdraw(client);
        this.#goOn(client);
      };
      this.#waiting.set(client, goOn);
      abort.addEventListener('abort', leave);
      this.#cap.ask(client);
    });
  }

  #goOn(client: number): void {
    this.#waiting.get(client)?.();
    this.#waiting.delete(client);
  }
}
