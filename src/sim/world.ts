import type { ClientContext } from '../core/client/context.ts';
import type { Machine } from '../core/client/machine.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Accounts } from '../core/server/accounts.ts';
import type { TargetBehaviour } from '../scenario/schema/target.ts';
import { KeyRing } from '../core/server/key-ring.ts';
import type { ModelColumns } from './columns.ts';
import type { ModelDraws } from './model-draws.ts';
import { ServiceClock } from '../core/server/service-clock.ts';

/** What the parts of the modelled world share. */
export interface World {
  readonly scenario: Scenario;
  readonly context: ClientContext;
  readonly machine: Machine;
  readonly columns: ModelColumns;
  readonly modelDraws: ModelDraws;
  readonly behaviour: TargetBehaviour;
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
