import { TIMINGS, type TimingName } from '../metrics/series.ts';
import type { Timing } from '../metrics/timing.ts';
import { kebab } from '../core/kebab.ts';
import type { Evidence, Metric } from './metric.ts';

/** What stands before a timing in brackets, beside the quantiles. */
const FIGURES: Readonly<Record<string, (timing: TimingName) => Metric>> = {
  max: (name) => latency(name, (timing) => timing.maxMs),
  min: (name) => latency(name, (timing) => timing.minMs),
  mean: (name) => latency(name, (timing) => timing.meanMs),
  count: (name) => ({ dimension: 'count', read: (evidence) => timingOf(evidence, name).count }),
  // Nothing tried is not nothing failed.
  failures: (name) => ({
    dimension: 'count',
    read: (evidence) => (tried(evidence, name) === 0 ? null : timingOf(evidence, name).failed),
    whole: (evidence) => tried(evidence, name),
  }),
};

export const TIMING_FIGURES = Object.keys(FIGURES);

/**
 * The metrics of a figure by the name of the timing; undefined when there is no such figure. Quantiles are `p50`,
 * `p99.9` and so on, up to `p100`; `p999` and `p9999` are the customary names of p99.9 and p99.99.
 */
export function timingMetrics(figure: string): Readonly<Record<string, Metric>> | undefined {
  const make = Object.hasOwn(FIGURES, figure) ? FIGURES[figure] : quantile(figure);
  return make && Object.fromEntries(TIMINGS.map((name) => [kebab(name), make(name)]));
}

function quantile(figure: string): ((timing: TimingName) => Metric) | undefined {
  const digits = /^p(\d+(?:\.\d+)?)$/.exec(figure)?.[1];
  if (digits === undefined) return undefined;
  const percent = /^99\d+$/.test(digits) ? Number(`${digits.slice(0, 2)}.${digits.slice(2)}`) : Number(digits);
  if (percent <= 0 || percent > 100) return undefined;
  return (name) => latency(name, (timing) => timing.quantileMs(percent / 100));
}

function latency(name: TimingName, read: (timing: Timing) => number | null): Metric {
  return {
    dimension: 'duration',
    read: (evidence) => read(timingOf(evidence, name)),
    failed: (evidence) => timingOf(evidence, name).failed,
  };
}

function timingOf({ measurements }: Evidence, name: TimingName): Timing {
  return measurements.timings[name];
}

function tried(evidence: Evidence, name: TimingName): number {
  const timing = timingOf(evidence, name);
  return timing.count + timing.failed;
}
