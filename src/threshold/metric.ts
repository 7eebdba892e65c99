import type { Measurements } from '../metrics/measurements.ts';
import type { Dimension } from '../scenario/threshold-expression.ts';
import type { Storm } from '../storm/storm.ts';

/** What thresholds are evaluated over. */
export interface Evidence {
  readonly measurements: Measurements;
  readonly storms: readonly Storm[];
}

/**
 * What a metric reads: a value; null when there is no data; or, when the run ended (or is) before something happened
 * that would have fixed the value, what it is at least, and at most. An `atLeast` of Infinity is the time of a failure,
 * which is longer than any limit; an `atMost` of Infinity is no bound.
 */
export type MetricValue = number | null | Bounds;

/** Between which values one lies that is not known yet. */
export interface Bounds {
  readonly atLeast: number;
  readonly atMost: number;
}

/** A reading between two bounds; a value where they meet. */
export function between(atLeast: number, atMost: number): MetricValue {
  return atLeast === atMost && atLeast < Infinity ? atLeast : { atLeast, atMost };
}

/** Something that a threshold can be put on. */
export interface Metric {
  readonly dimension: Dimension;
  readonly read: (evidence: Evidence) => MetricValue;
  /** of a count: what a limit in per cent is a share of */
  readonly whole?: (evidence: Evidence) => number;
  /** what must be known beside the value, for people; empty for nothing */
  readonly aside?: (evidence: Evidence) => string;
}
