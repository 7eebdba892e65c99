import type { RunClock } from '../clock.ts';
import type { MonoMs } from '../../core/time/instant.ts';

/** Those whose requests faults may stand in the way of, and the run's clock. */
export interface Population {
  /** clients in all */
  readonly planned: number;
  /** the client's number in the whole population */
  readonly numberOf: (client: number) => number;
  readonly now: () => MonoMs;
  readonly clock: Pick<RunClock, 'wallAt'>;
}
