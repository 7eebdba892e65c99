import type { Machine } from '../core/client/machine.ts';
import type { Port } from '../core/client/port.ts';
import { adviceIn } from '../core/policy/parse-advice.ts';
import { NETWORK, type Signal } from '../core/signal.ts';
import { NEVER, type MonoMs } from '../core/time/instant.ts';
import type { NoteSighting } from './client-sightings.ts';
import type { RunClock } from './clock.ts';
import type { Credentials } from './credentials.ts';
import type { DialEvents, Dialler, FrameEvents } from './dialler.ts';
import type { Messages } from './messages.ts';
import { retryAfterOf } from './retry-after.ts';
import type { Sockets } from './sockets.ts';
import type { TokenClient } from './token-client.ts';

export interface PortParts {
  /** composed dialler that ends at `sockets` */
  readonly dialler: Dialler;
  readonly sockets: Sockets;
  readonly tokenClient: TokenClient;
  readonly messages: Messages;
  readonly clock: RunClock;
  readonly credentials: Credentials;
  readonly noteSighting: NoteSighting;
  /** number of a client of this worker in the whole population */
  readonly numberOf: (client: number) => number;
  /** called after each event, since alarms may have been set */
  readonly nudge: () => void;
}

/** Translates clients' requests into dials and frames, and what arrives into events of the machine. */
export class LivePort implements Port, DialEvents, FrameEvents {
  readonly #parts: PortParts;
  #machine!: Machine;

  constructor(parts: PortParts) {
    this.#parts = parts;
    parts.dialler.reportTo(this);
    parts.sockets.deliverTo(this);
  }

  /** Sets the machine, which is made after the port. */
  attach(machine: Machine): void {
    this.#machine = machine;
    this.#parts.tokenClient.attach(machine);
  }

  dial(client: number): void {
    this.#parts.dialler.dial(client);
  }

  hangUp(client: number): void {
    this.#parts.dialler.hangUp(client);
  }

  authenticate(client: number): void {
    const { sockets, messages, credentials } = this.#parts;
    sockets.connectionOf(client)?.send(messages.authenticate(credentials.access[client]!));
  }

  send(client: number, seq: number): void {
    const { sockets, messages, numberOf } = this.#parts;
    sockets.connectionOf(client)?.send(messages.command(numberOf(client), seq));
  }

  ping(client: number): MonoMs {
    this.#parts.sockets.connectionOf(client)?.ping();
    return NEVER;
  }

  requestToken(client: number): void {
    this.#parts.tokenClient.request(client);
  }

  abandonToken(client: number): void {
    this.#parts.tokenClient.abandon(client);
  }

  opened(client: number): void {
    this.#machine.onOpen(client, this.#parts.clock.now());
    this.#parts.nudge();
  }

  ended(client: number, signal: Signal, reason: Buffer, retryAfter: string | null): void {
    const { clock, nudge } = this.#parts;
    const now = clock.now();
    const retryAfterMs = retryAfterOf(this.#machine, clock, client, retryAfter, now);
    this.#machine.onClosed(client, signal, adviceIn(reason.toString()), now, retryAfterMs);
    nudge();
  }

  heard(client: number): void {
    this.#machine.onHeard(client, this.#parts.clock.now());
  }

  message(client: number, data: Buffer): void {
    const { clock, messages, noteSighting, numberOf, nudge } = this.#parts;
    const now = clock.now();
    this.#machine.onMessage(client);
    const frame = messages.decode(data, numberOf(client));
    switch (frame.kind) {
      case 'ack':
        this.#machine.onAck(client, frame.seq, now);
        break;
      case 'refused':
        this.#machine.onRefused(client, frame.seq, now);
        break;
      case 'authenticated':
        this.#machine.onReady(client, now);
        break;
      case 'expiring':
        this.#machine.onNotice(client, frame.advice, now);
        break;
      case 'auth-refused':
        noteSighting('end', client, NETWORK.authRefused, data);
        this.hangUp(client);
        this.#machine.onClosed(client, NETWORK.authRefused, null, now);
        break;
      case 'other':
        noteSighting('frame', client, NETWORK.other, data);
        return;
    }
    nudge();
  }

  /** Resolves when nothing is open any more, after every client has hung up. */
  async close(): Promise<void> {
    const { dialler, tokenClient } = this.#parts;
    await Promise.all([dialler.close(), tokenClient.close()]);
  }
}
