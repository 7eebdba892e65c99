import type { MintedFlaw, NextToken, TokenSource } from './token-source.ts';
import { RateCap } from './rate-cap.ts';

/** Holds token requests towards a host that is not ours to a stated rate, as RateCap does attempts. */
export class CappedTokens implements TokenSource {
  readonly mints = false;
  readonly #tokens: TokenSource;
  readonly #cap: RateCap;
  /** who has asked, and waits for its turn */
  readonly #waiting = new Map<number, () => void>();

  constructor(tokens: TokenSource, perSecond: number, nowMs: () => number) {
    this.#tokens = tokens;
    this.#cap = new RateCap(perSecond, (client) => this.#goOn(client), nowMs);
  }

  get delayed(): number {
    return this.#cap.delayed;
  }

  async next(client: number, abort: AbortSignal, flaw?: MintedFlaw): Promise<NextToken> {
    await new Promise<void>((resolve) => {
      this.#waiting.set(client, resolve);
      this.#cap.ask(client);
      abort.addEventListener('abort', () => this.#leave(client, resolve), { once: true });
    });
    return this.#tokens.next(client, abort, flaw);
  }

  async close(): Promise<void> {
    this.#cap.stop();
    await this.#tokens.close();
  }

  #goOn(client: number): void {
    this.#waiting.get(client)?.();
    this.#waiting.delete(client);
  }

  /** The client waits no longer; it may have asked again since. */
  #leave(client: number, resolve: () => void): void {
    if (this.#waiting.get(client) !== resolve) return;
    this.#cap.withdraw(client);
    this.#goOn(client);
  }
}
