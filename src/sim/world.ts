import type { Life } from '../core/client/life.ts';
import type { Machine } from '../core/client/machine.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { MODEL_ALARMS, type Links } from './links.ts';
import type { Chance } from './model.ts';

/** What the parts of the modelled world share. */
export interface World {
  readonly scenario: Scenario;
  readonly life: Life;
  readonly machine: Machine;
  readonly links: Links;
  readonly chance: Chance;
  /** the first slot of the model's alarms on the queue that it shares with the clients */
  readonly firstSlot: number;
}

export function modelSlot(world: Pick<World, 'firstSlot'>, client: number, alarm: number): number {
  return world.firstSlot + client * MODEL_ALARMS + alarm;
}
