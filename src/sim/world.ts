import type { Life } from '../core/client/life.ts';
import type { Machine } from '../core/client/machine.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Accounts } from './accounts.ts';
import type { Conduct } from './conduct.ts';
import { KeyRing } from './key-ring.ts';
import type { Links } from './links.ts';
import type { Chance } from './model.ts';
import { ServiceClock } from './service-clock.ts';

/** What the parts of the modelled world share. */
export interface World {
  readonly scenario: Scenario;
  readonly life: Life;
  readonly machine: Machine;
  readonly links: Links;
  readonly chance: Chance;
  readonly conduct: Conduct;
  readonly authority: Authority;
}

/** What tokens are worth: who has which rights, in truth and as gateways have heard, by which clocks and keys. */
export class Authority {
  readonly accounts: Accounts;
  /** as far as the gateways have heard: all of them at the same time */
  readonly heard: Accounts;
  readonly clocks = { gateway: new ServiceClock(), 'token-service': new ServiceClock() };
  readonly keys = new KeyRing();

  constructor(count: number) {
    this.accounts = new Accounts(count);
    this.heard = new Accounts(count);
  }
}
