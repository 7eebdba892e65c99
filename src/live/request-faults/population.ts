import type { StatusAnswer } from '../../core/fault/status-answer.ts';
import { retryAfterText } from '../../metrics/wall-clock.ts';
import type { RunClock } from '../time/clock.ts';
import type { MonoMs } from '../../core/time/instant.ts';

/** The clients whose requests faults may hit, with the run's clock. */
export interface Population {
  /** number of clients in all workers */
  readonly planned: number;
  /** number of a client of this worker in the whole population */
  readonly numberOf: (client: number) => number;
  readonly now: () => MonoMs;
  readonly clock: Pick<RunClock, 'wallAt'>;
}

/** The Retry-After header of a fault's answer; null: the answer has none. */
export function retryAfterOf(
  { retryAfter }: StatusAnswer,
  { clock, now }: Pick<Population, 'clock' | 'now'>,
): string | null {
  return retryAfter && retryAfterText(retryAfter, clock.wallAt(now()));
}
