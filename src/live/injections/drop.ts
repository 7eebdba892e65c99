import { STATE } from '../../core/client/states.ts';
import { onClients, type Injector } from '../../core/fault/injector.ts';
import type { ClientWorld } from './client-world.ts';

/** Towards a target that knows of no faults: the client's connection ends as if the gateway had ended it. */
export const injectDrop: Injector<'drop', ClientWorld> = (beginning, world) => {
  const { machine, sockets } = world;
  const { mode } = beginning.occurrence.fault;
  return onClients(beginning, world, {
    inject: (client) => {
      const state = machine.state(client);
      // Of one that has stopped too there is no connection, and that is all that a gateway could know.
      if (state !== STATE.ready && state !== STATE.renewing) return 'not-connected';
      return sockets.drop(client, mode);
    },
  });
};
