import type { TokenRecord } from '../leaks/token-record.ts';
import type { Credentials } from './credentials.ts';
import type { MintedFlaw, NextToken, TokenSource } from './token-source.ts';

/** A source that notes every token it issues in the run's record, also those that never reach their client. */
export class RecordedTokens implements TokenSource {
  readonly mints: boolean;
  readonly #source: TokenSource;
  readonly #record: Pick<TokenRecord, 'note'>;
  readonly #credentials: Credentials;
  readonly #numberOf: (client: number) => number;

  constructor(
    source: TokenSource,
    record: Pick<TokenRecord, 'note'>,
    credentials: Credentials,
    numberOf: (client: number) => number,
  ) {
    this.mints = source.mints;
    this.#source = source;
    this.#record = record;
    this.#credentials = credentials;
    this.#numberOf = numberOf;
  }

  get delayed(): number {
    return this.#source.delayed;
  }

  async next(client: number, abort: AbortSignal, flaw?: MintedFlaw): Promise<NextToken> {
    const answer = await this.#source.next(client, abort, flaw);
    if (answer.ok) this.#note(client, answer.access, answer.refresh);
    return answer;
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  /** An endpoint may issue again what the client has. */
  #note(client: number, access: string, refresh: string | null): void {
    const number = this.#numberOf(client);
    if (access !== this.#credentials.access[client]) this.#record.note(number, 'access', access);
    if (refresh !== null && refresh !== this.#credentials.refresh[client])
      this.#record.note(number, 'refresh', refresh);
  }
}
