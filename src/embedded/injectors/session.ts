import type { Injector } from '../../core/fault/injector.ts';
import { onSessions } from '../../core/fault/session-injector.ts';
import { LOSS } from '../../core/server/accounts.ts';
import type { TargetWorld } from '../faults.ts';

/** Takes sessions or rights away for good; a process that replaces one that died takes them away again. */
export const injectSession: Injector<'session', TargetWorld> = (beginning, world) => {
  const loss = LOSS[beginning.occurrence.fault.mode];
  return onSessions(beginning, world, (client, byItself) => world.accounts.take(client, loss, byItself));
};
