import type { Machine } from '../client/machine.ts';
import { STATE } from '../client/states.ts';
import type { MonoMs } from '../time/instant.ts';
import type { ActiveFault } from './active-fault.ts';
import type { ServiceClock } from '../server/service-clock.ts';
import { onClients, onService, type Beginning, type FaultWorld } from './injector.ts';

/** Makes the clock of each client that is hit jump and drift, and corrects it at the end. */
export function onClientClocks(
  beginning: Beginning<'clock'>,
  world: FaultWorld & { readonly machine: Machine },
): ActiveFault {
  const { offsetMs, driftPerMs } = beginning.occurrence.fault;
  const { machine } = world;
  return onClients(beginning, world, {
    inject: (client, now, at) => {
      if (machine.state(client) === STATE.stopped) return 'stopped';
      // A clock that is hit late has drifted since its hit was due.
      const shiftMs = offsetMs + driftPerMs * (now - at);
      if (shiftMs !== 0) machine.clock.shift(client, shiftMs, now);
      if (driftPerMs !== 0) machine.clock.drift(client, driftPerMs, now);
      return null;
    },
    undo: (client, now, sinceDueMs) => {
      if (machine.state(client) === STATE.stopped) return;
      if (driftPerMs !== 0) machine.clock.drift(client, 0, now);
      machine.clock.shift(client, -offsetMs - driftPerMs * sinceDueMs, now);
    },
  });
}

/**
 * Makes the clock of a service jump, and drift from then on.
 *
 * @param changed called after each change, since the deadlines of the service follow its clock
 */
export function onServiceClock(
  beginning: Beginning<'clock'>,
  clock: ServiceClock,
  changed: (now: MonoMs) => void,
): ActiveFault {
  const { occurrence, fromMs } = beginning;
  return onService(
    beginning,
    (now) => {
      clock.begin(occurrence.index, occurrence.fault, fromMs);
      changed(now);
    },
    (now) => {
      clock.end(occurrence.index);
      changed(now);
    },
  );
}
