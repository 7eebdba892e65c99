import { placeOf } from '../metrics/rank.ts';
import type { Timing } from '../metrics/timing.ts';
import type { OwnTimes, Storm } from './storm.ts';

/** A share of a storm's losses whose recovery times are known. */
export type Share = Exclude<keyof OwnTimes, 'watchedMs'>;

const SHARES: Readonly<Record<Share, number>> = { t50Ms: 0.5, t95Ms: 0.95, t99Ms: 0.99, t100Ms: 1 };

/**
 * The longest that the share may have taken from its own losses, ms; at least the time in the order of losses, unless no
 * recovery of the run took that long. Curves do not show which loss a recovery belongs to, and clients may have recovered
 * in another order than they were lost. None took longer than since the storm's start, and as many of the run's recoveries
 * took longer than any given time as of the storm's, or more.
 *
 * @param recovery the recoveries of the whole run
 * @returns null: the share was not reached
 */
export function mostRecoveryMs(storm: Storm, field: Share, recovery: Timing): number | null {
  const inOrderMs = storm.own[field];
  if (inOrderMs === null) return null;
  const longestMs = recovery.maxMs ?? Infinity;
  const sinceStartMs = storm[field] ?? Infinity;
  const mostMs = sinceStartMs <= inOrderMs ? sinceStartMs : Math.min(sinceStartMs, mostInRun(storm, field, recovery));
  // Curves are exact to 100 ms; no recovery took longer than the longest timed one.
  return Math.max(Math.min(inOrderMs, longestMs), Math.min(mostMs, longestMs));
}

function mostInRun(storm: Storm, field: Share, recovery: Timing): number {
  const share = SHARES[field];
  const losses = Math.max(1, storm.lost - storm.unknown);
  const slower = losses - placeOf(share, losses);
  const { tried } = recovery;
  const inRun = slower < tried ? recovery.rank((tried - slower) / tried) : null;
  return inRun?.mostMs ?? Infinity;
}
