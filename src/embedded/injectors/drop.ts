import { onClients, type Injector } from '../../core/fault/injector.ts';
import type { TargetWorld } from '../faults.ts';

/** Ready connections are ended by their gateway. */
export const injectDrop: Injector<'drop', TargetWorld> = (beginning, world) =>
  onClients(beginning, world, {
    inject: (client) => {
      const session = world.sessions.ofClient(client);
      if (session?.ready !== true) return 'not-connected';
      session.drop(beginning.occurrence.fault.mode);
      return null;
    },
  });
