import { STATE } from '../../core/client/states.ts';
import type { ClockFault } from '../../core/fault/clock.ts';
import type { Injection, FaultContext } from './injection.ts';

/** The client's clock jumps, and drifts from then on; at the end it jumps back by as much and keeps time again. */
export function clockInjection({ offsetMs, driftPerMs }: ClockFault, { machine }: FaultContext): Injection {
  const begin = new Map<number, number>();
  return {
    inject: (client, now) => {
      if (machine.state(client) === STATE.stopped) return 'stopped';
      if (offsetMs !== 0) machine.clock.shift(client, offsetMs, now);
      if (driftPerMs !== 0) machine.clock.drift(client, driftPerMs, now);
      begin.set(client, now);
      return null;
    },
    undo: (client, now) => {
      if (machine.state(client) === STATE.stopped) return;
      const gainedMs = driftPerMs * (now - (begin.get(client) ?? now));
      if (driftPerMs !== 0) machine.clock.drift(client, 0, now);
      machine.clock.shift(client, -offsetMs - gainedMs, now);
    },
  };
}
