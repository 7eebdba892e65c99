import { wall, type WallMs } from '../core/time/instant.ts';
import type { ExpiryConduct } from '../scenario/scenario.ts';

/** What the gateway does next about the expiry of an open connection, and when. */
export interface ExpiryStep {
  readonly act: 'warn' | 'close';
  readonly at: WallMs;
}

/** The next step for a token that runs out at `expiresAt`; undefined when nothing is to be done about it. */
export function expiryStep(behaviour: ExpiryConduct, expiresAt: WallMs, warned: boolean): ExpiryStep | undefined {
  switch (behaviour.kind) {
    case 'ignore':
      return undefined;
    case 'close':
      return { act: 'close', at: expiresAt };
    case 'notify':
      return warned ? { act: 'close', at: expiresAt } : { act: 'warn', at: wall(expiresAt - behaviour.graceMs) };
  }
}
