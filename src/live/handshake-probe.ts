import { NETWORK, type Signal } from '../core/signal.ts';
import type { Carrier } from '../core/token/carrier.ts';
import { Connection, type ConnectionEvents } from './connection.ts';
import type { Messages } from './messages.ts';
import type { Endpoint } from './upgrade.ts';

export interface ProbeParts {
  readonly gateway: Endpoint;
  readonly carrier: Carrier;
  /** messages that present the token; null: an open socket is ready */
  readonly messages: Messages | null;
  /** longest time from dial to ready, ms */
  readonly timeoutMs: number;
}

/** One handshake with promises that never reject; the connection is held until `hangUp`. */
export class HandshakeProbe implements ConnectionEvents {
  /** Resolves to null when the connection is ready, or to the reason of its failure. */
  readonly outcome: Promise<Signal | null>;
  /** Resolves when the socket is gone. */
  readonly gone: Promise<void>;
  readonly #messages: Messages | null;
  readonly #token: string;
  readonly #connection: Connection;
  readonly #timer: NodeJS.Timeout;
  #settle!: (outcome: Signal | null) => void;
  #resolveGone!: () => void;

  constructor({ gateway, carrier, messages, timeoutMs }: ProbeParts, token: string, client: number) {
    this.outcome = new Promise((resolve) => (this.#settle = resolve));
    this.gone = new Promise((resolve) => (this.#resolveGone = resolve));
    this.#messages = messages;
    this.#token = token;
    this.#timer = setTimeout(() => this.hangUp(NETWORK.timeout), timeoutMs);
    this.#connection = new Connection(client, gateway, carrier, token, this);
  }

  /** @param failure outcome of a handshake that is still under way */
  hangUp(failure: Signal = NETWORK.windDown): void {
    this.#connection.hangUp();
    this.#end(failure);
  }

  opened(): void {
    if (this.#messages === null) this.#end(null);
    else this.#connection.send(this.#messages.authenticate(this.#token));
  }

  heard(): void {}

  message(client: number, data: Buffer): void {
    const kind = this.#messages?.meaning(data, client).kind;
    if (kind === 'authenticated') this.#end(null);
    else if (kind === 'auth-refused') this.hangUp(NETWORK.authRefused);
  }

  ended(_client: number, signal: Signal): void {
    this.#end(signal);
  }

  closed(): void {
    this.#resolveGone();
  }

  /** Sets the outcome; only the first call counts, since a promise resolves once. */
  #end(outcome: Signal | null): void {
    clearTimeout(this.#timer);
    this.#settle(outcome);
  }
}
