import type { Miss } from '../../core/fault/fault.ts';
import type { HandshakeMode } from '../../core/fault/handshake.ts';
import type { RequestFault, RequestFaults } from '../../core/fault/request-faults.ts';
import { timeMs } from '../../core/random/time.ts';
import { isStatus, NETWORK, type Signal } from '../../core/signal.ts';
import type { DialEvents, Dialler, DroppingDialler } from '../dialler.ts';
import { HeldRequests } from './held.ts';
import { retryAfterOf, type Population } from './population.ts';

const NO_REASON = Buffer.alloc(0);

interface PlannedClose {
  readonly requestFault: RequestFault<'handshake'>;
  readonly mode: Extract<HandshakeMode, { kind: 'accept-then-close' }>;
}

/**
 * A dialler that injects handshake faults for targets that inject none: an attempt fails or is delayed as if the gateway
 * had done it. An attempt that a fault answers itself sends nothing.
 */
export class FaultedDialler implements Dialler, DialEvents {
  readonly #dialler: DroppingDialler;
  readonly #population: Population;
  readonly #faults: RequestFaults<'handshake'>;
  readonly #held = new HeldRequests();
  /** planned closes of accepted connections, by client */
  readonly #closes = new Map<number, PlannedClose>();
  #events!: DialEvents;

  constructor(dialler: DroppingDialler, population: Population, faults: RequestFaults<'handshake'>) {
    this.#dialler = dialler;
    this.#population = population;
    this.#faults = faults;
    faults.onEnd((index) => this.#held.release(index));
    dialler.reportTo(this);
  }

  get delayed(): number {
    return this.#dialler.delayed;
  }

  reportTo(events: DialEvents): void {
    this.#events = events;
  }

  dial(client: number): void {
    const { numberOf, now } = this.#population;
    const requestFault = this.#faults.request(numberOf(client), now());
    if (requestFault === undefined) return this.#dialler.dial(client);
    const { mode, occurrence } = requestFault;
    if (mode.kind === 'accept-then-close') {
      this.#closes.set(client, { requestFault, mode });
      return this.#dialler.dial(client);
    }
    requestFault.hit();
    switch (mode.kind) {
      case 'refuse':
        return this.#fail(client, NETWORK.refused);
      case 'status':
        return this.#fail(client, mode.status, retryAfterOf(mode, this.#population));
      case 'hang':
        return this.#held.untilOver(client, occurrence.index, () => this.#answer(client, NETWORK.reset));
      case 'slow':
        return this.#held.forMs(client, timeMs(mode.delay, requestFault.draw()), () => this.#dialler.dial(client));
    }
  }

  hangUp(client: number): void {
    this.#settle(client, 'not-connected');
    this.#dialler.hangUp(client);
  }

  close(): Promise<void> {
    return this.#dialler.close();
  }

  opened(client: number): void {
    const planned = this.#closes.get(client);
    if (planned !== undefined) this.#held.forMs(client, planned.mode.afterMs, () => this.#close(client, planned));
    this.#events.opened(client);
  }

  ended(client: number, signal: Signal, reason: Buffer, retryAfter: string | null): void {
    this.#settle(client, isStatus(signal) ? 'refused' : 'not-connected');
    this.#events.ended(client, signal, reason, retryAfter);
  }

  /** Counts a planned close as missed when the attempt or connection ends before it. */
  #settle(client: number, why: Miss): void {
    this.#held.abandon(client);
    this.#closes.get(client)?.requestFault.miss(why);
    this.#closes.delete(client);
  }

  #close(client: number, { requestFault, mode: { code, reason } }: PlannedClose): void {
    this.#closes.delete(client);
    const why = this.#dialler.drop(client, { kind: 'close', code, reason });
    if (why === null) requestFault.hit();
    else requestFault.miss(why);
  }

  /** Answers in the gateway's place, but never from within `dial`. */
  #fail(client: number, signal: Signal, retryAfter: string | null = null): void {
    this.#held.forMs(client, 0, () => this.#answer(client, signal, retryAfter));
  }

  #answer(client: number, signal: Signal, retryAfter: string | null = null): void {
    this.ended(client, signal, NO_REASON, retryAfter);
  }
}
