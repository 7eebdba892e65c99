import { numberOf } from '../../core/client/context.ts';
import { STATE } from '../../core/client/states.ts';
import { onClients, type Injector } from '../../core/fault/injector.ts';
import type { LinkMode } from '../../core/fault/link.ts';
import { furtherDraw } from '../../core/fault/select.ts';
import { timeMs } from '../../core/random/time.ts';
import { SPOILT } from '../links.ts';
import type { ModelWorld } from './model-world.ts';

/** Something stands between the client and its gateway, on the connection that is ready now. */
export const injectLink: Injector<'link', ModelWorld> = (beginning, faultWorld) => {
  const { world, machine, gateways } = faultWorld;
  const { occurrence } = beginning;
  const { mode, forMs } = occurrence.fault;
  const { links, context } = world;
  const kind = SPOILT_BY[mode.kind];
  return onClients(beginning, faultWorld, {
    inject: (client, now) => {
      const state = machine.state(client);
      if (state === STATE.stopped) return 'stopped';
      if (!gateways.isOpen(client) || (state !== STATE.ready && state !== STATE.renewing)) return 'not-connected';
      if (links.spoilt[client] !== SPOILT.none) return 'another-fault';
      links.spoilt[client] = kind;
      links.spoiltBy[client] = occurrence.index + 1;
      links.spoiltUntil[client] = now + forMs;
      // Drawn once for a connection: on a stream every message waits for the one before it anyway.
      if (mode.kind === 'latency') {
        const u = furtherDraw(context.draws, occurrence, numberOf(context, client), occurrence.ordinal);
        links.latencyMs[client]! += timeMs(mode.delay, u);
      }
      return null;
    },
    undo: (client, now) => gateways.restore(client, occurrence.index, now),
  });
};

/** Simulations leave the last two out: see the spec in core/fault/link.ts. */
const SPOILT_BY: Readonly<Record<LinkMode['kind'], number>> = {
  silent: SPOILT.silent,
  stall: SPOILT.stalled,
  latency: SPOILT.slowed,
  duplicate: SPOILT.doubled,
  bandwidth: SPOILT.none,
  reorder: SPOILT.none,
};
