import { STATE } from '../../core/client/states.ts';
import { onClients, type Injector } from '../../core/fault/injector.ts';
import type { Connection } from '../socket/connection.ts';
import { makeImpairment } from '../impairment/make-impairment.ts';
import type { ClientWorld } from './client-faults.ts';

/** Impairs the link of a client's ready connection. */
export const injectLink: Injector<'link', ClientWorld> = (beginning, world) => {
  const { machine, sockets, draw } = world;
  const { occurrence } = beginning;
  const impaired = new Map<number, Connection>();
  return onClients(beginning, world, {
    inject: (client) => {
      const state = machine.state(client);
      if (state === STATE.stopped) return 'stopped';
      const connection = sockets.connectionOf(client);
      if (connection === undefined || (state !== STATE.ready && state !== STATE.renewing)) return 'not-connected';
      if (connection.isImpaired) return 'another-fault';
      connection.interpose(makeImpairment(occurrence.fault.mode, () => draw(occurrence, client)));
      impaired.set(client, connection);
      return null;
    },
    undo: (client) => {
      impaired.get(client)?.restore();
      impaired.delete(client);
    },
  });
};
