import { windowsOf, type FaultOutcome } from '../../core/fault/outcome.ts';
import { BIN_MS, type SeriesName } from '../../core/metrics.ts';
import { LOST } from '../../metrics/lost.ts';
import type { Measurements } from '../../metrics/measurements.ts';
import { readyNow } from '../../metrics/ready.ts';
import type { Sighting } from '../../metrics/sighting.ts';
import { unknownNow } from '../../metrics/unknown.ts';
import type { Clue } from './cause.ts';

/** Fewest commands given up since the last acknowledgement that show a server which hangs. */
const GIVEN_UP_MIN = 3;

/**
 * Clues in how clients lost a server that they had used, for the rest of the run. A fault that acted after the loss may have
 * caused it, so there are none then.
 */
export function goneClues(
  { curves }: Measurements,
  faults: readonly FaultOutcome[],
  seen: readonly Sighting[],
): readonly Clue[] {
  // Unknown clients may have the server still.
  if (unknownNow(curves) > 0) return [];
  const clue = readyNow(curves) === 0 ? attemptsInVain(curves, seen) : commandsInVain(curves);
  if (clue === null || faults.some((fault) => actsAfter(fault, clue.sinceMs))) return [];
  return [{ kind: 'gone', what: clue.what, text: `${(clue.sinceMs / 1000).toFixed(1)} s` }];
}

interface Gone {
  readonly what: string;
  readonly sinceMs: number;
}

/** The reason for which most attempts failed after the last client was ready. */
function attemptsInVain(curves: Measurements['curves'], seen: readonly Sighting[]): Gone | null {
  const [most] = seen.filter(({ kind }) => kind === 'gone').toSorted((a, b) => b.count - a.count);
  return most === undefined ? null : { what: most.what, sinceMs: lastMs(curves, LOST) };
}

/** Commands that nobody acknowledged any more, on connections that stayed open. */
function commandsInVain(curves: Measurements['curves']): Gone | null {
  const sinceMs = lastMs(curves, ['acknowledged']);
  if (sinceMs < 0) return null;
  const givenUp = curves.values('gaveUp').subarray(sinceMs / BIN_MS + 1);
  return givenUp.reduce((sum, n) => sum + n, 0) < GIVEN_UP_MIN ? null : { what: 'no-acknowledgements', sinceMs };
}

/** Instant of the last event of some curves, to the bin; negative: there was none. */
function lastMs(curves: Measurements['curves'], names: readonly SeriesName[]): number {
  return curves.sum(names).findLastIndex((n) => n > 0) * BIN_MS;
}

function actsAfter(fault: FaultOutcome, sinceMs: number): boolean {
  return windowsOf(fault).some(({ startMs, endMs }) => endMs > startMs && endMs > sinceMs);
}
