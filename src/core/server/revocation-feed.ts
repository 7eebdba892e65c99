import type { Accounts, Loss } from './accounts.ts';

/** How gateways hear of lost sessions and rights. */
export type Revocation =
  /** not at all: a connection lasts as long as its token */
  | { readonly kind: 'none' }
  /** at once */
  | { readonly kind: 'push' }
  /** they ask, this often */
  | { readonly kind: 'poll'; readonly everyMs: number };

/** Called with each loss once, when the gateway hears of it. `byItself`: the device logged out. */
export type OnHeard = (client: number, loss: Loss, byItself: boolean, now: number) => void;

/**
 * What gateways have heard of lost sessions and rights. They poll at multiples of the period since the run began, and only
 * while there is something to hear.
 */
export class RevocationFeed {
  readonly #revocation: Revocation;
  readonly #heard: Accounts;
  readonly #onHeard: OnHeard;
  #beganAt: number;
  /** what the next poll will find: each client loses each thing once, which bounds it */
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

  /** The run begins at another instant than the feed was made for, which may be still to come. */
  runBegins(at: number): void {
    this.#beganAt = at;
  }

  /** A client has lost something. A device that logs out says so itself, whatever gateways hear otherwise. */
  lost(client: number, loss: Loss, byItself: boolean, now: number): void {
    if (byItself || this.#revocation.kind === 'push') this.#hear(client, loss, byItself, now);
    else if (this.#revocation.kind === 'poll') this.#unheard.push([client, loss]);
  }

  /** When gateways poll next; Infinity while there is nothing to hear. */
  nextPollAt(now: number): number {
    if (this.#revocation.kind !== 'poll' || this.#unheard.length === 0) return Infinity;
    const { everyMs } = this.#revocation;
    return this.#beganAt + (Math.floor((now - this.#beganAt) / everyMs) + 1) * everyMs;
  }

  /** Gateways poll. */
  poll(now: number): void {
    const unheard = this.#unheard;
    this.#unheard = [];
    for (const [client, loss] of unheard) this.#hear(client, loss, false, now);
  }

  #hear(client: number, loss: Loss, byItself: boolean, now: number): void {
    if (this.#heard.take(client, loss)) this.#onHeard(client, loss, byItself, now);
  }
}
