import { STATE } from '../../core/client/states.ts';
import type { LinkFault } from '../../core/fault/link.ts';
import type { Strike } from '../../core/fault/strike.ts';
import type { Connection } from '../connection.ts';
import { makeLink } from '../link/make-link.ts';
import type { Deed, Victims } from './deed.ts';

/** Something stands between the client and its gateway, on the connection that is ready now. */
export function linkDeed({ mode }: LinkFault, strike: Strike, { machine, port, further, numberOf }: Victims): Deed {
  const linked = new Map<number, Connection>();
  return {
    strike: (client) => {
      const state = machine.state(client);
      if (state === STATE.stopped) return 'stopped';
      const connection = port.connectionOf(client);
      if (connection === undefined || (state !== STATE.ready && state !== STATE.renewing)) return 'not-connected';
      if (connection.isLinked) return 'another-fault';
      connection.interpose(makeLink(mode, () => further.next(strike, numberOf(client))));
      linked.set(client, connection);
      return null;
    },
    undo: (client) => {
      linked.get(client)?.restore();
      linked.delete(client);
    },
  };
}
