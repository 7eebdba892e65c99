import { ClientInjections } from '../../core/fault/active-fault.ts';
import { Tally } from '../../core/fault/fault.ts';
import type { Injector } from '../../core/fault/injector.ts';
import { revokes } from '../../core/fault/session.ts';
import { sessionHits } from '../../core/fault/session-hits.ts';
import type { ClientWorld } from './client-faults.ts';

/**
 * Notes in each client when the target ends its session, to measure how long its connection stays open. The target
 * counts the hits.
 */
export const noteRevocation: Injector<'session', ClientWorld> = ({ occurrence, fromMs }, world) => {
  const { draws, devices, local, machine } = world;
  const ends = revokes(occurrence.fault.mode);
  return new ClientInjections(local(sessionHits(draws, occurrence, devices, fromMs)), 0, new Tally(), {
    inject: (client, _now, at) => {
      if (ends) machine.revoked(client, at);
      return null;
    },
  });
};
