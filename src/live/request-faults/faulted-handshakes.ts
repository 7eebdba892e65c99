import type { DropMode } from '../../core/fault/drop.ts';
import type { Miss } from '../../core/fault/fault.ts';
import type { HandshakeMode } from '../../core/fault/handshake.ts';
import type { RequestFault, RequestFaults } from '../../core/fault/request-faults.ts';
import { timeMs } from '../../core/random/time.ts';
import { isStatus, NETWORK, type Signal } from '../../core/signal.ts';
import { headerOf } from './header-of.ts';
import { Held } from './held.ts';
import type { Population } from './population.ts';

/** How attempts go on, and how they and connections end. */
export interface Dialler {
  readonly connect: (client: number) => void;
  /** `retryAfter`: the header of an answer that has one */
  readonly fail: (client: number, signal: Signal, retryAfter: string | null) => void;
  readonly drop: (client: number, mode: DropMode) => Miss | null;
}

interface PlannedClose {
  readonly requestFault: RequestFault<'handshake'>;
  readonly mode: Extract<HandshakeMode, { kind: 'accept-then-close' }>;
}

/**
 * The clients' attempts, with what faults put in their way towards a target that knows of no faults: each ends, or is
 * held up, as if its gateway had done it. Where a fault answers by itself, nothing is sent.
 */
export class FaultedHandshakes {
  readonly #population: Population;
  readonly #faults: RequestFaults<'handshake'>;
  readonly #dialler: Dialler;
  readonly #held = new Held();
  /** by client: its connection is to be closed after it was accepted */
  readonly #closes = new Map<number, PlannedClose>();

  constructor(population: Population, faults: RequestFaults<'handshake'>, dialler: Dialler) {
    this.#population = population;
    this.#faults = faults;
    this.#dialler = dialler;
    faults.onEnd((index) => this.#held.release(index));
  }

  dial(client: number): void {
    const { numberOf, now } = this.#population;
    const requestFault = this.#faults.request(numberOf(client), now());
    if (requestFault === undefined) return this.#dialler.connect(client);
    const { mode, occurrence } = requestFault;
    if (mode.kind === 'accept-then-close') {
      this.#closes.set(client, { requestFault, mode });
      return this.#dialler.connect(client);
    }
    requestFault.hit();
    switch (mode.kind) {
      case 'refuse':
        return this.#fail(client, NETWORK.refused);
      case 'status':
        return this.#fail(client, mode.status, headerOf(mode, this.#population));
      case 'hang':
        return this.#held.untilOver(client, occurrence.index, () => this.#dialler.fail(client, NETWORK.reset, null));
      case 'slow':
        return this.#held.forMs(client, timeMs(mode.delay, requestFault.draw()), () => this.#dialler.connect(client));
    }
  }

  /** The client is connected. */
  opened(client: number): void {
    const planned = this.#closes.get(client);
    if (planned !== undefined) this.#held.forMs(client, planned.mode.afterMs, () => this.#close(client, planned));
  }

  /** The attempt or connection is over; `signal` where it was not the client that ended it. */
  over(client: number, signal?: Signal): void {
    this.#held.abandon(client);
    const planned = this.#closes.get(client);
    if (planned === undefined) return;
    planned.requestFault.miss(signal !== undefined && isStatus(signal) ? 'refused' : 'not-connected');
    this.#closes.delete(client);
  }

  #close(client: number, { requestFault, mode: { code, reason } }: PlannedClose): void {
    this.#closes.delete(client);
    const why = this.#dialler.drop(client, { kind: 'close', code, reason });
    if (why === null) requestFault.hit();
    else requestFault.miss(why);
  }

  /** Later: nobody is answered from within the question. */
  #fail(client: number, signal: Signal, retryAfter: string | null = null): void {
    this.#held.forMs(client, 0, () => this.#dialler.fail(client, signal, retryAfter));
  }
}
