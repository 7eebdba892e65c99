import type { RenewedTokens } from '../../identity/users-out.ts';
import { Abort, type AbortNotice } from '../abort.ts';
import type { NextToken, TokenSource } from './token-source.ts';

/** Longest time that requests under way at the end of a run get for their answer, ms. */
const GRACE_MS = 3000;

/**
 * A token source that keeps the newest tokens of each client for the next run, also those that a fault keeps from the
 * client. At the end of a run, requests under way are awaited for a moment: the endpoint may have rotated their tokens.
 */
export class KeptTokens implements TokenSource {
  readonly #source: TokenSource;
  readonly #numberOf: (client: number) => number;
  readonly #pending = new Set<Promise<NextToken>>();
  #renewed = new Map<number, RenewedTokens>();
  #isEnding = false;

  constructor(source: TokenSource, numberOf: (client: number) => number) {
    this.#source = source;
    this.#numberOf = numberOf;
  }

  get mints(): boolean {
    return this.#source.mints;
  }

  get logsIn(): boolean {
    return this.#source.logsIn;
  }

  get delayed(): number {
    return this.#source.delayed;
  }

  /** Takes the tokens that were renewed since the last call. */
  take(): readonly RenewedTokens[] {
    const renewed = [...this.#renewed.values()];
    this.#renewed = new Map();
    return renewed;
  }

  /** From now on, a client that gives a request up does not end it. */
  end(): void {
    this.#isEnding = true;
  }

  first(client: number, abort: AbortNotice): Promise<NextToken> {
    return this.#kept(client, abort, (lasting) => this.#source.first(client, lasting));
  }

  next(client: number, abort: AbortNotice, flaw?: Parameters<TokenSource['next']>[2]): Promise<NextToken> {
    return this.#kept(client, abort, (lasting) => this.#source.next(client, lasting, flaw));
  }

  async close(): Promise<void> {
    this.end();
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise((resolve) => (timer = setTimeout(resolve, GRACE_MS)));
    await Promise.race([Promise.all(this.#pending), over]);
    clearTimeout(timer);
    await this.#source.close();
  }

  async #kept(client: number, abort: AbortNotice, ask: (lasting: AbortNotice) => Promise<NextToken>) {
    const lasting = new Abort();
    const onAbort = (): void => void (this.#isEnding || lasting.abort());
    if (abort.aborted) onAbort();
    else abort.addEventListener('abort', onAbort);
    const asked = ask(lasting);
    this.#pending.add(asked);
    const answer = await asked;
    this.#pending.delete(asked);
    abort.removeEventListener('abort', onAbort);
    if (answer.ok) this.#keep(this.#numberOf(client), answer.access, answer.refresh);
    return answer;
  }

  #keep(client: number, access: string, refresh: string | null): void {
    // An endpoint may rotate the refresh token once, and later not.
    const earlier = this.#renewed.get(client)?.refresh ?? null;
    this.#renewed.set(client, { client, access, refresh: refresh ?? earlier });
  }
}
