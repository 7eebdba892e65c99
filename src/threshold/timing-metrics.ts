import { TIMINGS, type TimingName } from '../core/metrics.ts';
import type { Rank } from '../metrics/rank.ts';
import type { Timing } from '../metrics/timing.ts';
import { kebab } from '../core/kebab.ts';
import { between, orMore, type Evidence, type Metric, type MetricValue } from './metric.ts';

/** A figure of a latency: over all attempts, as `p99(handshake)`, or over the successes, as `p99(handshake.ok)`. */
interface LatencyFigure {
  readonly all: (timing: Timing) => Rank | null;
  readonly ok: (timing: Timing) => number | null;
  /** its rank among the latencies, in 0..1; absent: it has none */
  readonly q?: number;
}

const LATENCIES: Readonly<Record<string, LatencyFigure>> = {
  max: quantile(1),
  min: quantile(0),
  mean: { all: (timing) => timing.meanRank, ok: (timing) => timing.meanMs },
};

const COUNTS: Readonly<Record<string, (timing: TimingName) => Metric>> = {
  count: (name) => ({
    dimension: 'count',
    read: countOf(name),
    moreRaises: true,
    missed: (evidence, missed) => orMore(countOf(name)(evidence), missed),
  }),
  // Without attempts, 0 failures would claim a success.
  failures: (name) => ({
    dimension: 'count',
    read: failuresOf(name),
    moreRaises: true,
    missed: (evidence, missed) => orMore(failuresOf(name)(evidence), missed),
    whole: (evidence) => timingOf(evidence, name).tried,
    aside: (evidence) => hangingIn(timingOf(evidence, name)),
  }),
};

export const TIMING_FIGURES = [...Object.keys(LATENCIES), ...Object.keys(COUNTS)];

/** The end of a timing's name that selects its successes. */
const OK = '.ok';

/**
 * The metrics of a figure by the name of the timing; undefined when there is no such figure. Quantiles are `p50`,
 * `p99.9` and so on, up to `p100`; `p999` and `p9999` are the customary names of p99.9 and p99.99.
 */
export function timingMetrics(figure: string): Readonly<Record<string, Metric>> | undefined {
  const count = Object.hasOwn(COUNTS, figure) ? COUNTS[figure] : undefined;
  if (count !== undefined) return Object.fromEntries(TIMINGS.map((name) => [kebab(name), count(name)]));
  const latency = Object.hasOwn(LATENCIES, figure) ? LATENCIES[figure] : quantileNamed(figure);
  if (latency === undefined) return undefined;
  return Object.fromEntries([
    ...TIMINGS.map((name) => [kebab(name), ofAll(name, latency)] as const),
    ...TIMINGS.map((name) => [`${kebab(name)}${OK}`, ofSuccesses(name, latency)] as const),
  ]);
}

function countOf(name: TimingName): (evidence: Evidence) => MetricValue {
  return (evidence) => (evidence.measurements.unrecorded.has(name) ? null : timingOf(evidence, name).count);
}

function failuresOf(name: TimingName): (evidence: Evidence) => MetricValue {
  return (evidence) => {
    const timing = timingOf(evidence, name);
    return timing.tried === 0 ? null : orHanging(timing.failed, timing);
  };
}

function quantileNamed(figure: string): LatencyFigure | undefined {
  const digits = /^p(\d+(?:\.\d+)?)$/.exec(figure)?.[1];
  if (digits === undefined) return undefined;
  const percent = /^99\d+$/.test(digits) ? Number(`${digits.slice(0, 2)}.${digits.slice(2)}`) : Number(digits);
  return percent <= 0 || percent > 100 ? undefined : quantile(percent / 100);
}

function quantile(q: number): LatencyFigure {
  return { all: (timing) => timing.rank(q), ok: (timing) => timing.quantileMs(q), q };
}

function ofAll(name: TimingName, { all, q }: LatencyFigure): Metric {
  return {
    dimension: 'duration',
    read: (evidence) => readingOf(all(timingOf(evidence, name))),
    missed: (evidence, missed) => {
      const timing = timingOf(evidence, name);
      return withMissed(q, timing.tried, missed, (rank) => readingOf(timing.rank(rank)));
    },
    aside: (evidence) => amongThem(timingOf(evidence, name)),
  };
}

function ofSuccesses(name: TimingName, { ok, q }: LatencyFigure): Metric {
  return {
    dimension: 'duration',
    read: (evidence) => ok(timingOf(evidence, name)),
    ...(q === 1 ? { moreRaises: true as const } : {}),
    missed: (evidence, missed) => {
      const timing = timingOf(evidence, name);
      return withMissed(q, timing.count, missed, (rank) => timing.quantileMs(rank));
    },
    aside: (evidence) => {
      const { failed } = timingOf(evidence, name);
      return failed === 0 ? '' : `${failed} failed and are not in it`;
    },
  };
}

/**
 * A quantile with `missed` latencies more, which may all be the shortest or all the longest.
 *
 * @param n number of latencies
 */
function withMissed(q: number | undefined, n: number, missed: number, at: (rank: number) => MetricValue): MetricValue {
  if (q === undefined || n === 0) return null;
  const nth = q * (n + missed);
  const [low, high] = [at(Math.max(0, (nth - missed) / n)), nth > n ? Infinity : at(nth / n)];
  if (low === null || high === null) return null;
  const atLeast = nth <= missed ? 0 : typeof low === 'number' ? low : low.atLeast;
  return between(atLeast, typeof high === 'number' ? high : high.atMost);
}

/** Failures took longer than any limit, and unfinished attempts at least as long as they have lasted. */
export function readingOf(rank: Rank | null): MetricValue {
  return rank === null ? null : between(rank.ms, rank.mostMs);
}

/** A count of failures, to which unfinished attempts may add. */
export function orHanging(failed: number, { hanging }: Timing): MetricValue {
  return between(failed, failed + hanging);
}

/** `158 unfinished for 1 s or more`; empty where all finished. */
export function hangingIn({ hanging }: Timing): string {
  return hanging === 0 ? '' : `${hanging} unfinished for 1 s or more`;
}

/** `8712 of 9777 failed, 20 unfinished`; empty where all succeeded. */
export function amongThem({ failed, unfinished, tried: all }: Timing): string {
  const parts = [failed > 0 ? `${failed} of ${all} failed` : '', unfinished > 0 ? `${unfinished} unfinished` : ''];
  return parts.filter((part) => part !== '').join(', ');
}

function timingOf({ measurements }: Evidence, name: TimingName): Timing {
  return measurements.timings[name];
}
