import type { Life } from '../core/client/life.ts';
import type { Machine } from '../core/client/machine.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Links } from './links.ts';
import type { Chance } from './model.ts';

/** What the parts of the modelled world share. */
export interface World {
  readonly scenario: Scenario;
  readonly life: Life;
  readonly machine: Machine;
  readonly links: Links;
  readonly chance: Chance;
}
