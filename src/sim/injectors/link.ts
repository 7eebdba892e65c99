import { numberOf } from '../../core/client/context.ts';
import { STATE } from '../../core/client/states.ts';
import { onClients, type Injector } from '../../core/fault/injector.ts';
import type { LinkMode } from '../../core/fault/link.ts';
import { furtherDraw } from '../../core/fault/select.ts';
import { timeMs } from '../../core/random/time.ts';
import { IMPAIRMENT } from '../columns.ts';
import type { ModelWorld } from './model-world.ts';

/** Impairs the link of a client's ready connection. */
export const injectLink: Injector<'link', ModelWorld> = (beginning, faultWorld) => {
  const { world, machine, connections } = faultWorld;
  const { occurrence } = beginning;
  const { mode, forMs } = occurrence.fault;
  const { columns, context } = world;
  const kind = IMPAIRMENT_OF[mode.kind];
  return onClients(beginning, faultWorld, {
    inject: (client, now) => {
      const state = machine.state(client);
      if (state === STATE.stopped) return 'stopped';
      if (!connections.isOpen(client) || (state !== STATE.ready && state !== STATE.renewing)) return 'not-connected';
      if (columns.impairment[client] !== IMPAIRMENT.none) return 'another-fault';
      if (kind === IMPAIRMENT.silent || kind === IMPAIRMENT.stalled) connections.pings.hear(client, now);
      columns.impairment[client] = kind;
      columns.impairedBy[client] = occurrence.index + 1;
      columns.impairedUntil[client] = now + forMs;
      // Drawn once a connection, since on a stream every message waits for the one before it.
      if (mode.kind === 'latency') {
        const u = furtherDraw(context.draws, occurrence, numberOf(context, client), occurrence.ordinal);
        columns.latencyMs.set(client, columns.latencyMs.at(client) + timeMs(mode.delay, u));
      }
      return null;
    },
    undo: (client, now) => connections.restore(client, occurrence.index, now),
  });
};

/** Impairment by mode; the last two are not simulated: see the spec in core/fault/link.ts. */
const IMPAIRMENT_OF: Readonly<Record<LinkMode['kind'], number>> = {
  silent: IMPAIRMENT.silent,
  stall: IMPAIRMENT.stalled,
  latency: IMPAIRMENT.slowed,
  duplicate: IMPAIRMENT.doubled,
  bandwidth: IMPAIRMENT.none,
  reorder: IMPAIRMENT.none,
};
