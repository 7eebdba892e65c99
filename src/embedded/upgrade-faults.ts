import type { Socket } from 'node:net';
import type { RequestFault, RequestFaults } from '../core/fault/request-faults.ts';
import { timeMs } from '../core/random/time.ts';
import { Delays } from './delays.ts';
import { Hung } from './hung.ts';
import { outage, type Reply } from './reply.ts';
import type { Session } from './session.ts';
import type { WallServiceClock } from './service-clock.ts';

export type UpgradeRequestFault = RequestFault<'handshake'>;

/** What handshake faults do to upgrade requests, and to what becomes of them. */
export class UpgradeFaults {
  readonly #hung = new Hung();
  readonly #delays = new Delays();
  readonly #clock: WallServiceClock;

  constructor(clock: WallServiceClock, faults: RequestFaults<'handshake'>) {
    this.#clock = clock;
    faults.onEnd((index) => this.#hung.release(index));
  }

  /**
   * A fault that a request meets on its arrival. `refuse` resets the accepted connection: with the listener closed
   * nobody could count whom it turned away.
   *
   * @param refuse answers the request with a status
   * @returns false when the fault lets the request in, to act later
   */
  turnAway(requestFault: UpgradeRequestFault, socket: Socket, refuse: (reply: Reply) => void): boolean {
    const { occurrence, mode } = requestFault;
    switch (mode.kind) {
      case 'refuse':
        socket.resetAndDestroy();
        break;
      case 'hang':
        if (this.#hung.hold(occurrence.index, socket)) break;
        socket.resetAndDestroy();
        requestFault.miss('too-many-hung');
        break;
      case 'status':
        refuse(outage(mode, this.#clock.trueNow()));
        break;
      default:
        return false;
    }
    requestFault.hit();
    return true;
  }

  /** `slow`: resolves when the answer may go out, or its client has gone. */
  async holdBack(requestFault: UpgradeRequestFault, socket: Socket): Promise<void> {
    const { mode } = requestFault;
    if (mode.kind !== 'slow') return;
    if (socket.destroyed) return requestFault.miss('not-connected');
    await new Promise<void>((resolve) => {
      if (this.#delays.put(socket, timeMs(mode.delay, requestFault.draw()), resolve)) return requestFault.hit();
      requestFault.miss('too-many-hung');
      resolve();
    });
  }

  /** `accept-then-close`: closes the connection that was accepted, when it is time. */
  accepted(requestFault: UpgradeRequestFault, session: Session, socket: Socket): void {
    const { mode } = requestFault;
    if (mode.kind !== 'accept-then-close') return;
    const close = (): void => {
      if (!session.open) return requestFault.miss('not-connected');
      session.drop({ kind: 'close', code: mode.code, reason: mode.reason });
      requestFault.hit();
    };
    if (!this.#delays.put(socket, mode.afterMs, close)) requestFault.miss('too-many-hung');
  }

  close(): void {
    this.#delays.close();
    this.#hung.close();
  }
}
