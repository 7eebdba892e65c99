import type { Machine } from '../../core/client/machine.ts';
import type { FaultedConnections } from '../../core/fault/connection-faults.ts';
import type { DropMode } from '../../core/fault/drop.ts';
import type { Miss } from '../../core/fault/fault.ts';
import type { Sockets } from '../sockets.ts';

/** Ends connections at the client's end as if the gateway had, for targets that inject no faults. */
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

  /** Drops a client's connection; a stopped client counts as not connected too, since a gateway could not tell. */
  drop(client: number, mode: DropMode): Miss | null {
    return this.readySince(client) === Infinity ? 'not-connected' : this.#sockets.drop(client, mode);
  }
}
