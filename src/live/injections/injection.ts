import type { Machine } from '../../core/client/machine.ts';
import type { Miss } from '../../core/fault/fault.ts';
import type { FurtherDraws } from '../../core/fault/further-draws.ts';
import type { MonoMs } from '../../core/time/instant.ts';
import type { LivePort } from '../live-port.ts';

/** What a fault does to one client at a time. */
export interface Injection {
  /** why it missed; null when it hit. `at`: when it was meant to, which is never after `now` */
  readonly inject: (client: number, now: MonoMs, at: MonoMs) => Miss | null;
  /** the fault is over for this client, which it had hit; absent where there is nothing to undo */
  readonly undo?: (client: number, now: MonoMs) => void;
}

/** What injections are done to. */
export interface FaultContext {
  readonly machine: Machine;
  readonly port: LivePort;
  readonly further: FurtherDraws;
  /** the client's number in the whole population */
  readonly numberOf: (client: number) => number;
}
