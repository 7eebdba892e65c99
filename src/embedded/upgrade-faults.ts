import type { Socket } from 'node:net';
import type { RequestFault, RequestFaults } from '../core/fault/request-faults.ts';
import { timeMs } from '../core/random/time.ts';
import { Delays } from './delays.ts';
import { Hung } from './hung.ts';
import { outage, type Reply } from './reply.ts';
import type { Session } from './session.ts';
import type { WallServiceClock } from './service-clock.ts';

export type UpgradeRequestFault = RequestFault<'handshake'>;

/** Injects handshake faults into upgrade requests and the connections that follow. */
export class UpgradeFaults {
  readonly #hung = new Hung();
  readonly #delays = new Delays();
  readonly #clock: WallServiceClock;

  constructor(clock: WallServiceClock, faults: RequestFaults<'handshake'>) {
    this.#clock = clock;
    faults.onEnd((index) => this.#hung.release(index));
  }

  /**
   * Injects a fault on a request's arrival. `refuse` resets the accepted connection, since hits could not be counted with
   * the listener closed.
   *
   * @param refuse answers the request with a status
   * @returns false: the fault acts later
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

  /** `slow`: resolves when the answer may be sent or its client has left. */
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

  /** `accept-then-close`: closes the accepted connection after `afterMs`. */
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
