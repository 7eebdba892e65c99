import { BIN_MS } from '../core/metrics.ts';
import type { Measurements } from '../metrics/measurements.ts';
import { viewsOf } from '../metrics/views.ts';
import { analyse, type StormScenario } from '../storm/analyse.ts';
import type { Evidence } from './metric.ts';

/** The evidence of a run as it was, and as it would have been without squall's own lateness; null: that is not known. */
export interface BothEvidence {
  readonly offered: Evidence;
  readonly intended: Evidence | null;
}

/** Lateness p99 from which on the instants of curves cannot be moved to the bin, ms: half a bin. */
const LATE_MS = BIN_MS / 2;

/** Finds the storms in both views of a run. */
export function evidenceOf(measurements: Measurements, scenario: StormScenario): BothEvidence {
  const { offered, intended } = viewsOf(measurements);
  const evidence = { measurements: offered, storms: analyse(offered, scenario) };
  if (intended === null) return { offered: evidence, intended: null };
  const lateMs = measurements.timings.lateness.quantileMs(0.99) ?? 0;
  // An event is moved to the earliest instant that it can have had, which may be a bin too early at either end of a time.
  const blurMs = lateMs > LATE_MS ? 2 * BIN_MS : 0;
  return { offered: evidence, intended: { measurements: intended, storms: analyse(intended, scenario), blurMs } };
}
