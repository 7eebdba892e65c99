import type { Evidence, Metric } from './metric.ts';
import { RECOVERY_FIGURES, recoveryMetrics } from './recovery-metrics.ts';
import { PARTS, SCALARS } from './scalar-metrics.ts';
import { SERIES_FIGURES, seriesMetrics } from './series-metrics.ts';
import { TIMING_FIGURES, timingMetrics } from './timing-metrics.ts';

/** Quantiles whose values are kept. */
const QUANTILES = ['p50', 'p90', 'p95', 'p99', 'p99.9'];

/** A metric, as an expression names it. */
export interface Named {
  readonly subject: string;
  readonly metric: Metric;
}

/**
 * The values of all metrics by their names in expressions, so that a threshold added later finds its reference.
 *
 * @param also metrics that may not be among the usual ones
 */
export function metricValues(evidence: Evidence, also: readonly Named[]): Readonly<Record<string, number>> {
  const all = [...usualMetrics(), ...also].map(({ subject, metric }) => [subject, metric.read(evidence)] as const);
  return Object.fromEntries(all.filter((pair): pair is readonly [string, number] => typeof pair[1] === 'number'));
}

/** All metrics, with some of the quantiles. */
export function usualMetrics(): readonly Named[] {
  return [
    ...Object.entries(SCALARS).map(([subject, metric]) => ({ subject, metric })),
    ...Object.entries(PARTS).flatMap(([figure, metrics]) => bracketed(figure, metrics)),
    ...RECOVERY_FIGURES.flatMap((figure) => bracketed(figure, recoveryMetrics(figure))),
    ...SERIES_FIGURES.flatMap((figure) => bracketed(figure, seriesMetrics(figure))),
    ...[...QUANTILES, ...TIMING_FIGURES].flatMap((figure) => bracketed(figure, timingMetrics(figure))),
  ];
}

function bracketed(figure: string, metrics: Readonly<Record<string, Metric>> = {}): readonly Named[] {
  return Object.entries(metrics).map(([name, metric]) => ({ subject: `${figure}(${name})`, metric }));
}
