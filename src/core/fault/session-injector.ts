import { ClientInjections, combinedFault, type ActiveFault } from './active-fault.ts';
import { Tally } from './fault.ts';
import type { Beginning, FaultWorld } from './injector.ts';
import { loggingOut, sessionHits } from './session-hits.ts';
import type { MonoMs } from '../time/instant.ts';

/**
 * Injector of a session fault, which takes sessions or rights away to the end of the run.
 *
 * @param take takes them from one device; `byItself`: it logs out. @returns false: there was nothing to take
 */
export function onSessions(
  { occurrence, tally, fromMs }: Beginning<'session'>,
  { draws, devices, local }: FaultWorld,
  take: (client: number, byItself: boolean, now: MonoMs) => boolean,
): ActiveFault {
  const injections = (byItself: boolean, counted: Tally): ActiveFault => {
    const hits = byItself ? loggingOut : sessionHits;
    return new ClientInjections(local(hits(draws, occurrence, devices, fromMs)), 0, counted, {
      inject: (client, now) => (take(client, byItself, now) ? null : 'over-already'),
    });
  };
  // A device that logs out is not counted as hit: it is the cause for the others.
  return combinedFault(injections(false, tally), injections(true, new Tally()));
}
