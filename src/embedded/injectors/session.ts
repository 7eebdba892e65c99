import type { Injector } from '../../core/fault/injector.ts';
import { onSessions } from '../../core/fault/session-injector.ts';
import { LOSS } from '../../core/server/accounts.ts';
import type { TargetWorld } from '../faults.ts';

/** Sessions or rights are taken away, for good: a process that takes the place of one that died takes them again. */
export const injectSession: Injector<'session', TargetWorld> = (beginning, world) => {
  const loss = LOSS[beginning.occurrence.fault.mode];
  return onSessions(beginning, world, (client, byItself) => world.accounts.take(client, loss, byItself));
};
