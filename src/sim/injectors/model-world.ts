import type { Machine } from '../../core/client/machine.ts';
import type { FaultWorld } from '../../core/fault/injector.ts';
import type { ModelCommands } from '../commands.ts';
import type { Gateways } from '../gateways.ts';
import type { Revocations } from '../revocations.ts';
import type { World } from '../world.ts';

/** What faults act on in the model. */
export interface ModelWorld extends FaultWorld {
  readonly world: World;
  readonly machine: Machine;
  readonly gateways: Gateways;
  readonly commands: ModelCommands;
  readonly revocations: Revocations;
}
