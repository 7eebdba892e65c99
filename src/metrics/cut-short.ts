import type { Measurements } from './measurements.ts';

/**
 * Whether squall was behind with clients at the end of the measured time: steps of theirs that were due by then have not
 * been taken, and no view of the run has them. So the run shows too little, and events that are still missing can only
 * raise what grows. A worker that ended late shows too much as well: see `evaluateHealth`.
 *
 * Where the recording version did not count these clients, every run that knows its lateness counts as cut short.
 */
export function isCutShort({ counts, shifts }: Pick<Measurements, 'counts' | 'shifts'>): boolean {
  return shifts !== null && counts.clientsBehind !== 0;
}
