import { ClientInjections, type ActiveFault, type Injection } from '../../core/fault/active-fault.ts';
import type { GatewayFault, GatewayMode } from '../../core/fault/gateway.ts';
import type { Beginning, Injector } from '../../core/fault/injector.ts';
import { gatewayHits } from '../../core/fault/select.ts';
import { comeUp, goDown, RESTART_MS } from './gateway-process.ts';
import type { ModelWorld } from './model-world.ts';
import { RollingRestart } from './rolling-restart.ts';

/** Crashes gateways, replaces them one after the other, or cuts their capacity. */
export const injectGateway: Injector<'gateway', ModelWorld> = (beginning, world) => {
  const { mode } = beginning.occurrence.fault;
  switch (mode.kind) {
    case 'rolling':
      return new RollingRestart(beginning, world, mode.drainMs);
    case 'crash':
      return onGateways(beginning, world, RESTART_MS, crash(mode, world));
    case 'capacity':
      return onGateways(beginning, world, 0, capacityCut(beginning.occurrence.index, mode, world));
  }
};

type Mode<Kind extends GatewayMode['kind']> = Extract<GatewayFault['mode'], { readonly kind: Kind }>;

/** Hits each gateway at its own time, and undoes it at its own time; a gateway that is down is missed. */
function onGateways(
  { occurrence, tally, fromMs }: Beginning<'gateway'>,
  { draws, gateways: { processes } }: ModelWorld,
  longerMs: number,
  { inject, undo }: Required<Injection>,
): ActiveFault {
  const hits = gatewayHits(draws, occurrence, processes.count, fromMs);
  return new ClientInjections(hits, occurrence.fault.forMs + longerMs, tally, {
    inject: (gateway, now, at) => (processes.isUp(gateway) ? inject(gateway, now, at) : 'down'),
    undo,
  });
}

/** Crashes a gateway, and starts it again when the fault ends. */
function crash({ memory }: Mode<'crash'>, world: ModelWorld): Required<Injection> {
  return {
    inject: (gateway, now) => {
      goDown(gateway, now, world);
      return null;
    },
    undo: (gateway, now) => {
      comeUp(gateway, now, world);
      if (memory === 'lost') world.ledger.forgetEffects(gateway);
    },
  };
}

/** Cuts the capacity for handshakes to a share. */
function capacityCut(
  index: number,
  { share }: Mode<'capacity'>,
  { gateways, connections }: ModelWorld,
): Required<Injection> {
  const { processes } = gateways;
  return {
    inject: (gateway, now) => {
      connections.stretch(gateway, processes.cut(gateway, index, share, now), now);
      return null;
    },
    undo: (gateway, now) => connections.stretch(gateway, processes.uncut(gateway, index, now), now),
  };
}
