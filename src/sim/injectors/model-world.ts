import type { Machine } from '../../core/client/machine.ts';
import type { ConnectionWorld } from '../../core/fault/connection-faults.ts';
import type { CommandLedger } from '../command-ledger.ts';
import type { Connections, Gateways } from '../connections.ts';
import type { Revocations } from '../revocations.ts';
import type { World } from '../world.ts';

/** What fault injections act on in the model. */
export interface ModelWorld extends ConnectionWorld {
  readonly world: World;
  readonly machine: Machine;
  readonly gateways: Gateways;
  readonly connections: Connections;
  readonly ledger: CommandLedger;
  readonly revocations: Revocations;
}
