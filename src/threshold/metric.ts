import type { Measurements } from '../metrics/measurements.ts';
import type { Dimension } from '../scenario/threshold-expression.ts';
import type { Storm } from '../storm/storm.ts';

/** Input of the evaluation of thresholds. */
export interface Evidence {
  readonly measurements: Measurements;
  readonly storms: readonly Storm[];
  /** time by which a time between two curves may be too long, ms; default: 0 */
  readonly blurMs?: number;
}

/**
 * The reading of a metric: a value; null without data; or two bounds, while something unfinished leaves the value open.
 * An `atLeast` of Infinity is the time of a failure, longer than any limit; an `atMost` of Infinity is no bound.
 */
export type MetricValue = number | null | Bounds;

/** Bounds of a value that is not known yet. */
export interface Bounds {
  readonly atLeast: number;
  readonly atMost: number;
}

/** A reading with two bounds; a value where they are equal. */
export function between(atLeast: number, atMost: number): MetricValue {
  return atLeast === atMost && atLeast < Infinity ? atLeast : { atLeast, atMost };
}

/** Bounds of a count to which `missed` hits more could have added, or from which they could have taken. */
export function giveOrTake(reading: MetricValue, missed: number): MetricValue {
  if (reading === null) return null;
  const { atLeast, atMost } = typeof reading === 'number' ? { atLeast: reading, atMost: reading } : reading;
  return between(Math.max(0, atLeast - missed), atMost + missed);
}

/** Bounds of a count or rate to which `missed` hits more could have added. */
export function orMore(reading: MetricValue, missed: number): MetricValue {
  if (reading === null) return null;
  return typeof reading === 'number'
    ? between(reading, reading + missed)
    : between(reading.atLeast, reading.atMost + missed);
}

/** A figure that a threshold can limit. */
export interface Metric {
  readonly dimension: Dimension;
  readonly read: (evidence: Evidence) => MetricValue;
  /** the whole of a count, for limits in per cent */
  readonly whole?: (evidence: Evidence) => number;
  /** whether further events can only raise it */
  readonly grows?: true;
  /** whether events of more clients can only raise it, as a count or rate; as a share it depends on the whole */
  readonly moreRaises?: true;
  /** whether it is a number of clients at the end, to which each unknown client may add one */
  readonly ofClients?: true;
  /** the reading with `missed` clients more that the faults of the run hit; absent or null: nothing is known of it */
  readonly missed?: (evidence: Evidence, missed: number) => MetricValue;
  /**
   * bounds of the value while each event may have happened at any instant between its intended and its actual one; absent: the
   * values of the two views are the bounds
   */
  readonly between?: (offered: Evidence, intended: Evidence) => MetricValue;
  /** a note to show beside the value; may be empty */
  readonly aside?: (evidence: Evidence) => string;
}
