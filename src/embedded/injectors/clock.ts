import { onService, type Injector } from '../../core/fault/injector.ts';
import type { TargetWorld } from '../faults.ts';

/** Makes the clock of a service jump, and drift from then on. The clocks of clients are in other processes. */
export const injectClock: Injector<'clock', TargetWorld> = (beginning, { clocks, connections }) => {
  const { occurrence, fromMs } = beginning;
  const { of } = occurrence.fault;
  if (of === 'clients') throw new Error('the clocks of clients are set where the clients are');
  // The deadlines of a gateway follow its clock.
  const replan = (): void => (of === 'gateway' ? connections.forEach((session) => session.replan()) : undefined);
  return onService(
    beginning,
    () => {
      clocks[of].begin(occurrence.index, occurrence.fault, fromMs);
      replan();
    },
    () => {
      clocks[of].end(occurrence.index);
      replan();
    },
  );
};
