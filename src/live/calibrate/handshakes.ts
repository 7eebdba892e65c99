import { NETWORK, type Signal } from '../../core/signal.ts';
import type { Carrier } from '../../core/token/carrier.ts';
import { Connection, type ConnectionEvents } from '../connection.ts';
import type { Messages } from '../messages.ts';
import type { Endpoint } from '../upgrade.ts';
import type { Probe } from './probe.ts';

/** What handshakes are made with. */
export interface HandshakeParts {
  readonly gateway: Endpoint;
  readonly carrier: Carrier;
  readonly messages: Messages;
  /** an access token for each client of the step */
  readonly tokens: readonly string[];
  /** from the dial to ready */
  readonly timeoutMs: number;
}

interface Pending {
  readonly settle: (failure: Signal | null) => void;
  readonly timer: NodeJS.Timeout;
}

/** Tries that connect and authenticate as clients do, and hold their connections until the step is over. */
export class Handshakes implements Probe, ConnectionEvents {
  readonly #parts: HandshakeParts;
  /** by client; as many as the step has tries */
  readonly #connections = new Map<number, Connection>();
  readonly #pending = new Map<number, Pending>();
  #sockets = 0;
  #allClosed: () => void = () => {};

  constructor(parts: HandshakeParts) {
    this.#parts = parts;
  }

  begin(client: number): Promise<Signal | null> {
    const { gateway, carrier, tokens, timeoutMs } = this.#parts;
    return new Promise((settle) => {
      const timer = setTimeout(() => this.#giveUp(client, NETWORK.timeout), timeoutMs);
      this.#pending.set(client, { settle, timer });
      this.#sockets += 1;
      this.#connections.set(client, new Connection(client, gateway, carrier, tokens[client] ?? '', this));
    });
  }

  async end(): Promise<void> {
    for (const client of this.#connections.keys()) this.#giveUp(client, NETWORK.windDown);
    if (this.#sockets > 0) await new Promise<void>((resolve) => (this.#allClosed = resolve));
  }

  opened(client: number): void {
    const { carrier, messages, tokens } = this.#parts;
    if (carrier.kind !== 'message') return this.#settle(client, null);
    this.#connections.get(client)?.send(messages.authenticate(tokens[client] ?? ''));
  }

  heard(): void {}

  message(client: number, data: Buffer): void {
    const { kind } = this.#parts.messages.meaning(data, client);
    if (kind === 'authenticated') this.#settle(client, null);
    else if (kind === 'auth-refused') this.#giveUp(client, NETWORK.authRefused);
  }

  ended(client: number, signal: Signal): void {
    this.#connections.delete(client);
    this.#settle(client, signal);
  }

  closed(): void {
    this.#sockets -= 1;
    if (this.#sockets === 0) this.#allClosed();
  }

  #giveUp(client: number, failure: Signal): void {
    this.#connections.get(client)?.hangUp();
    this.#connections.delete(client);
    this.#settle(client, failure);
  }

  /** Once for each client; what comes of its connection later is no matter. */
  #settle(client: number, failure: Signal | null): void {
    const pending = this.#pending.get(client);
    if (pending === undefined) return;
    this.#pending.delete(client);
    clearTimeout(pending.timer);
    pending.settle(failure);
  }
}
