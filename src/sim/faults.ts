import { onClientClocks, onServiceClock } from '../core/fault/clock-injectors.ts';
import { CONNECTION_INJECTORS } from '../core/fault/connection-faults.ts';
import { onService, REQUEST_INJECTORS, type Injectors } from '../core/fault/injector.ts';
import { onSessions } from '../core/fault/session-injector.ts';
import type { SimulatedKind } from '../core/fault/specs.ts';
import { LOSS } from '../core/server/accounts.ts';
import { injectGateway } from './injectors/gateway.ts';
import { injectLink } from './injectors/link.ts';
import type { ModelWorld } from './injectors/model-world.ts';

/** Injectors of the model, one for each simulated kind of fault. */
export const MODEL_INJECTORS: Injectors<ModelWorld, SimulatedKind> = {
  ...REQUEST_INJECTORS,
  ...CONNECTION_INJECTORS,
  link: injectLink,
  clock: (beginning, faultWorld) => {
    const { of } = beginning.occurrence.fault;
    if (of === 'clients') return onClientClocks(beginning, faultWorld);
    const { world, connections } = faultWorld;
    return onServiceClock(beginning, world.authority.clocks[of], (now) => {
      if (of === 'gateway') connections.replan(now);
    });
  },
  gateway: injectGateway,
  keys: (beginning, { world }) => {
    const { index, fault } = beginning.occurrence;
    const { keys } = world.authority;
    return onService(
      beginning,
      () => keys.begin(index, fault.mode),
      () => keys.end(index),
    );
  },
  session: (beginning, world) => {
    const loss = LOSS[beginning.occurrence.fault.mode];
    return onSessions(beginning, world, (client, byItself, now) => world.revocations.take(client, loss, byItself, now));
  },
};
