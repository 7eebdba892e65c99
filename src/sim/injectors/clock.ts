import { onClientClocks } from '../../core/fault/client-clocks.ts';
import { onService, type Injector } from '../../core/fault/injector.ts';
import type { MonoMs } from '../../core/time/instant.ts';
import type { ModelWorld } from './model-world.ts';

/** Makes the clocks of clients or of a service jump, and drift from then on. */
export const injectClock: Injector<'clock', ModelWorld> = (beginning, faultWorld) => {
  const { fault, index } = beginning.occurrence;
  const { of } = fault;
  if (of === 'clients') return onClientClocks(beginning, faultWorld);
  const { connections, world } = faultWorld;
  const clock = world.authority.clocks[of];
  // The deadlines of gateways follow their clock.
  const replan = (now: MonoMs): void => (of === 'gateway' ? connections.replan(now) : undefined);
  return onService(
    beginning,
    (now) => {
      clock.begin(index, fault, now);
      replan(now);
    },
    (now) => {
      clock.end(index);
      replan(now);
    },
  );
};
