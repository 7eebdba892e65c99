import type { Miss } from '../../core/fault/fault.ts';
import type { HandshakeMode } from '../../core/fault/handshake.ts';
import type { RequestFault, RequestFaults } from '../../core/fault/request-faults.ts';
import type { Advice } from '../../core/policy/advice.ts';
import { timeMs } from '../../core/random/time.ts';
import { isStatus, NETWORK, type Signal } from '../../core/signal.ts';
import type { DialEvents, Dialler, DroppingDialler } from '../socket/dialler.ts';
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
export function faultedDialler(
  dialler: DroppingDialler,
  population: Population,
  faults: RequestFaults<'handshake'>,
): Dialler {
  const held = new HeldRequests();
  /** planned closes of accepted connections, by client */
  const closes = new Map<number, PlannedClose>();
  let events!: DialEvents;

  /** Counts a planned close as missed when the attempt or connection ends before it. */
  function settle(client: number, why: Miss): void {
    held.abandon(client);
    closes.get(client)?.requestFault.miss(why);
    closes.delete(client);
  }

  function close(client: number, { requestFault, mode: { code, reason } }: PlannedClose): void {
    closes.delete(client);
    const why = dialler.drop(client, { kind: 'close', code, reason });
    if (why === null) requestFault.hit();
    else requestFault.miss(why);
  }

  function ended(
    client: number,
    signal: Signal,
    reason: Buffer,
    retryAfter: string | null,
    advice?: Advice | null,
  ): void {
    settle(client, isStatus(signal) ? 'refused' : 'not-connected');
    events.ended(client, signal, reason, retryAfter, advice);
  }

  /** Answers in the gateway's place, but never from within `dial`. */
  function fail(client: number, signal: Signal, retryAfter: string | null = null): void {
    held.forMs(client, 0, () => ended(client, signal, NO_REASON, retryAfter));
  }

  faults.onEnd((index) => held.release(index));
  dialler.reportTo({
    opened(client) {
      const planned = closes.get(client);
      if (planned !== undefined) held.forMs(client, planned.mode.afterMs, () => close(client, planned));
      events.opened(client);
    },
    ended,
  });

  return {
    get delayed() {
      return dialler.delayed;
    },
    reportTo(receiver) {
      events = receiver;
    },
    dial(client) {
      const requestFault = faults.request(population.numberOf(client), population.now());
      if (requestFault === undefined) return dialler.dial(client);
      const { mode, occurrence } = requestFault;
      if (mode.kind === 'accept-then-close') {
        closes.set(client, { requestFault, mode });
        return dialler.dial(client);
      }
      requestFault.hit();
      switch (mode.kind) {
        case 'refuse':
          return fail(client, NETWORK.refused);
        case 'status':
          return fail(client, mode.status, retryAfterOf(mode, population));
        case 'hang':
          return held.untilOver(client, occurrence.index, () => ended(client, NETWORK.reset, NO_REASON, null));
        case 'slow':
          return held.forMs(client, timeMs(mode.delay, requestFault.draw()), () => dialler.dial(client));
      }
    },
    hangUp(client) {
      settle(client, 'not-connected');
      dialler.hangUp(client);
    },
    close: () => dialler.close(),
  };
}
