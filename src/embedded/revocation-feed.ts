import type { Revocation } from '../scenario/scenario.ts';
import { Accounts, type Loss, type LossListener } from './accounts.ts';
import { Alarm } from './alarm.ts';

/** What a gateway has heard of the accounts: at once, when it next asks, or never. */
export class RevocationFeed {
  /** as far as it has heard */
  readonly known: Accounts;
  readonly #revocation: Revocation;
  /** start of the run; until it is known, start of this process */
  #startedAtMs = performance.now();
  readonly #alarm = new Alarm(() => this.#ask());
  /** what it will hear when it next asks: each client loses each thing once, which bounds it */
  #news: (readonly [client: number, loss: Loss])[] = [];

  /** @param heard told of each loss when the gateway hears of it */
  constructor(accounts: Accounts, count: number, revocation: Revocation, heard: LossListener) {
    this.known = new Accounts(count);
    this.known.listen(heard);
    this.#revocation = revocation;
    accounts.listen((client, loss, byItself) => this.#happened(client, loss, byItself));
  }

  /** @param atMs the run's start by `performance.now()`, which may be still to come */
  runBegins(atMs: number): void {
    this.#startedAtMs = atMs;
    if (this.#news.length > 0 && this.#revocation.kind === 'poll')
      this.#alarm.set(this.#nextAskMs(this.#revocation.everyMs));
  }

  close(): void {
    this.#alarm.set(Infinity);
  }

  #happened(client: number, loss: Loss, byItself: boolean): void {
    // A device that logs out needs nobody to tell its gateway: it says so itself.
    if (byItself || this.#revocation.kind === 'push') {
      this.known.take(client, loss, byItself);
    } else if (this.#revocation.kind === 'poll') {
      this.#news.push([client, loss]);
      this.#alarm.set(this.#nextAskMs(this.#revocation.everyMs));
    }
  }

  #ask(): void {
    const news = this.#news;
    this.#news = [];
    for (const [client, loss] of news) this.known.take(client, loss);
  }

  /** All gateways ask at multiples of the period since the run began; while there is nothing to hear they need not. */
  #nextAskMs(everyMs: number): number {
    const periods = Math.floor((performance.now() - this.#startedAtMs) / everyMs);
    return this.#startedAtMs + (periods + 1) * everyMs;
  }
}
