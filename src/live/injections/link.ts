import { STATE } from '../../core/client/states.ts';
import type { LinkFault } from '../../core/fault/link.ts';
import type { Occurrence } from '../../core/fault/occurrence.ts';
import type { Connection } from '../connection.ts';
import { makeImpairment } from '../impairment/make-impairment.ts';
import type { Injection, FaultContext } from './injection.ts';

/** Something stands between the client and its gateway, on the connection that is ready now. */
export function linkInjection(
  { mode }: LinkFault,
  occurrence: Occurrence,
  { machine, port, further, numberOf }: FaultContext,
): Injection {
  const linked = new Map<number, Connection>();
  return {
    inject: (client) => {
      const state = machine.state(client);
      if (state === STATE.stopped) return 'stopped';
      const connection = port.connectionOf(client);
      if (connection === undefined || (state !== STATE.ready && state !== STATE.renewing)) return 'not-connected';
      if (connection.isLinked) return 'another-fault';
      connection.interpose(makeImpairment(mode, () => further.next(occurrence, numberOf(client))));
      linked.set(client, connection);
      return null;
    },
    undo: (client) => {
      linked.get(client)?.restore();
      linked.delete(client);
    },
  };
}
