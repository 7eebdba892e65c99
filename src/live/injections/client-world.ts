import type { Machine } from '../../core/client/machine.ts';
import type { ConnectionWorld } from '../../core/fault/connection-faults.ts';
import type { Sockets } from '../sockets.ts';

/** What fault injections at the clients' end act on. */
export interface ClientWorld extends ConnectionWorld {
  readonly machine: Machine;
  readonly sockets: Sockets;
}
