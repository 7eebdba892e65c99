import { STATE } from '../../core/client/states.ts';
import type { DropFault } from '../../core/fault/drop.ts';
import type { Injection, FaultContext } from './injection.ts';

/** Towards a target that knows of no faults: the client's connection ends as if the gateway had ended it. */
export function dropInjection({ mode }: DropFault, { machine, port }: FaultContext): Injection {
  return {
    inject: (client) => {
      const state = machine.state(client);
      // Of one that has stopped too there is no connection, and that is all that a gateway could know.
      if (state !== STATE.ready && state !== STATE.renewing) return 'not-connected';
      return port.drop(client, mode);
    },
  };
}
