import type { Accounts, Loss } from './accounts.ts';

/** How gateways hear of lost sessions and rights. */
export type Revocation =
  /** never: a connection lasts as long as its token */
  | { readonly kind: 'none' }
  /** at once */
  | { readonly kind: 'push' }
  /** by polling, with this period */
  | { readonly kind: 'poll'; readonly everyMs: number };

/** Called with each loss once, when the gateway hears of it. `byItself`: the device logged out. */
export type OnHeard = (client: number, loss: Loss, byItself: boolean, now: number) => void;

/**
 * Delivers lost sessions and rights to gateways. They poll at multiples of the period since the run began, and only
 * while there are undelivered losses.
 */
export class RevocationFeed {
  readonly #revocation: Revocation;
  readonly #heard: Accounts;
  readonly #onHeard: OnHeard;
  #beganAt: number;
  /** losses that the next poll delivers; bounded, because each client loses each thing once */
  #unheard: (readonly [client: number, loss: Loss])[] = [];

  /**
   * @param heard the accounts as far as gateways have heard
   * @param beganAt start of the run, on the clock of every `now`
   */
  constructor(revocation: Revocation, heard: Accounts, beganAt: number, onHeard: OnHeard) {
    this.#revocation = revocation;
    this.#heard = heard;
    this.#beganAt = beganAt;
    this.#onHeard = onHeard;
  }

  /** Moves the start of the run, which may still lie ahead. */
  runBegins(at: number): void {
    this.#beganAt = at;
  }

  /** Reports a loss. A device that logs out reports it to its gateway itself, with every kind of feed. */
  lost(client: number, loss: Loss, byItself: boolean, now: number): void {
    if (byItself || this.#revocation.kind === 'push') this.#hear(client, loss, byItself, now);
    else if (this.#revocation.kind === 'poll') this.#unheard.push([client, loss]);
  }

  /** The instant of the next poll; Infinity: there is nothing to deliver. */
  nextPollAt(now: number): number {
    if (this.#revocation.kind !== 'poll' || this.#unheard.length === 0) return Infinity;
    const { everyMs } = this.#revocation;
    return this.#beganAt + (Math.floor((now - this.#beganAt) / everyMs) + 1) * everyMs;
  }

  /** Polls: delivers all losses so far. */
  poll(now: number): void {
    const unheard = this.#unheard;
    this.#unheard = [];
    for (const [client, loss] of unheard) this.#hear(client, loss, false, now);
  }

  #hear(client: number, loss: Loss, byItself: boolean, now: number): void {
    if (this.#heard.take(client, loss)) this.#onHeard(client, loss, byItself, now);
  }
}
