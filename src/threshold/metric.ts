import type { Measurements } from '../metrics/measurements.ts';
import type { Storm } from '../storm/storm.ts';

/** What thresholds are evaluated over. */
export interface Evidence {
  readonly measurements: Measurements;
  readonly storms: readonly Storm[];
}

/**
 * What a metric reads: a value; null when there is no data; or, when the run ended (or is) before something happened
 * that would have fixed the value, what it is at least. Infinity: what it is of failed, so it is longer than any limit.
 */
export type Reading = number | null | { readonly atLeast: number };

/** Durations are in ms, rates in events a second. */
export type Dimension = 'duration' | 'rate' | 'count' | 'ratio';

/** Something that a threshold can be put on. */
export interface Metric {
  readonly dimension: Dimension;
  readonly read: (evidence: Evidence) => Reading;
  /** of a count: what a limit in per cent is a share of */
  readonly whole?: (evidence: Evidence) => number;
  /** what must be known beside the value, for people; empty for nothing */
  readonly aside?: (evidence: Evidence) => string;
}
