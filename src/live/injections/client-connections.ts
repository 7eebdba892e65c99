import type { Machine } from '../../core/client/machine.ts';
import type { FaultedConnections } from '../../core/fault/connection-faults.ts';
import type { DropMode } from '../../core/fault/drop.ts';
import type { Miss } from '../../core/fault/fault.ts';
import type { Sockets } from '../sockets.ts';

/** Connections towards a target that knows of no faults: they end at the client as if the gateway had ended them. */
export class ClientConnections implements FaultedConnections {
  readonly #machine: Machine;
  readonly #sockets: Sockets;

  constructor(machine: Machine, sockets: Sockets) {
    this.#machine = machine;
    this.#sockets = sockets;
  }

  readySince(client: number): number {
    return this.#machine.readySince(client);
  }

  /** Of a client that has stopped too there is no connection, and that is all that a gateway could know. */
  drop(client: number, mode: DropMode): Miss | null {
    return this.readySince(client) === Infinity ? 'not-connected' : this.#sockets.drop(client, mode);
  }
}
