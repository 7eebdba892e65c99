import type { Machine } from '../../core/client/machine.ts';
import type { FurtherDraws } from '../../core/fault/further-draws.ts';
import type { FaultWorld } from '../../core/fault/injector.ts';
import type { Sockets } from '../sockets.ts';

/** What faults act on at the clients' end. */
export interface ClientWorld extends FaultWorld {
  readonly machine: Machine;
  readonly sockets: Sockets;
  readonly further: FurtherDraws;
  /** the client's number in the whole population */
  readonly numberOf: (client: number) => number;
}
