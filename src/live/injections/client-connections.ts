import type { Machine } from '../../core/client/machine.ts';
import type { FaultedConnections } from '../../core/fault/connection-faults.ts';
import type { Sockets } from '../sockets.ts';

/** Ends connections at the client's end as if the gateway had, for targets that inject no faults. */
export function clientConnections(machine: Machine, sockets: Sockets): FaultedConnections {
  return {
    readySince: (client) => machine.readySince(client),
    // A stopped client counts as not connected too, since a gateway could not tell.
    drop: (client, mode) => (machine.readySince(client) === Infinity ? 'not-connected' : sockets.drop(client, mode)),
  };
}
