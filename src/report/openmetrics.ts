import { kebab } from '../core/kebab.ts';
import type { Curves } from '../metrics/curves.ts';
import type { Measurements } from '../metrics/measurements.ts';
import { readyNow } from '../metrics/ready.ts';
import type { Progress, WorldName } from '../metrics/run.ts';
import {
  COUNTS,
  CURVE_SPECS,
  REPORTED,
  SERIES,
  SUM_SPECS,
  TIMING_SPECS,
  TIMINGS,
  type SeriesName,
  type TimingName,
} from '../core/metrics.ts';
import type { Latency } from '../metrics/rank.ts';
import { meaningOf, type Meaning } from '../results/meaning.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { VERSION } from '../metrics/version.ts';
import { evaluateRun } from '../threshold/evaluate-run.ts';
import { curveViewsOf } from './both-views.ts';
import { thresholdOutcome, type ThresholdOutcome } from './threshold-words.ts';
import { counter, exposition, gauge, type Family, type Labels } from './openmetrics-text.ts';

/**
 * Upper bounds of the buckets, in seconds: two or three per decade, from loopback latencies to those of lost clients.
 */
const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const BUCKETS_MS = BUCKETS_S.map((le) => le * 1000);

/** The current metrics of a running run, in the OpenMetrics text format 1.0. */
export function openMetrics(scenario: Scenario, world: WorldName, progress: Progress): string {
  const { name, seed } = scenario;
  const { tokens, ready } = meaningOf(scenario, world);
  const { measurements, faults, phase, durationMs } = progress;
  return exposition([
    {
      name: 'squall_run',
      type: 'info',
      help: 'The run, where its renewals get tokens (endpoint, minted by squall, none), and what ready means.',
      samples: [['_info', { scenario: name, seed, world, version: VERSION, tokens, ready }, 1]],
    },
    gauge('squall_run_phase', 'The phase that the run is in.', [[{ phase }, 1]]),
    seconds('squall_run_elapsed_seconds', 'Time since the first client could arrive.', measurements.elapsedMs / 1000),
    seconds('squall_run_duration_seconds', 'How long the run is to last.', durationMs / 1000),
    ...curveFamilies(measurements, tokens),
    peakFamily(measurements),
    ...thresholdFamilies(scenario, measurements),
    gauge('squall_clients_planned', 'Clients of the run.', [[{}, measurements.planned]]),
    ...sumFamilies(measurements),
    ...TIMINGS.flatMap((timing) => timingFamilies(timing, measurements)),
    ...faultCounters(faults),
    ...generatorFamilies(progress.generator),
  ]);
}

/** Series whose peaks are the load that the target met. */
const LOADS = ['attempts', 'refreshes'] as const satisfies readonly SeriesName[];

/** The fullest second of each load, as squall offered it and as it was intended. */
function peakFamily(measurements: Measurements): Family {
  const { offered, intended } = curveViewsOf(measurements);
  return gauge(
    'squall_peak_per_second',
    "Events in the fullest second so far: offered, and as intended without squall's own lateness.",
    LOADS.flatMap((events) => [
      peakOf(offered, events, 'offered'),
      ...(intended === null ? [] : [peakOf(intended, events, 'intended')]),
    ]),
  );
}

type View = 'offered' | 'intended';

function peakOf(curves: Curves, events: SeriesName, view: View): readonly [Labels, number] {
  return [{ events, view }, curves.peakPerSecond(events).perSecond];
}

/** Value and outcome of each threshold so far; a value that is not known has no sample. */
function thresholdFamilies(scenario: Scenario, measurements: Measurements): readonly Family[] {
  const evaluated = evaluateRun(scenario, measurements).thresholds;
  if (evaluated.length === 0) return [];
  return [
    gauge(
      'squall_threshold_value',
      "The value of each threshold in ms, events a second, a count or a share: offered, and as intended without squall's own lateness.",
      evaluated.flatMap(({ expression, value, intended }) =>
        [
          { view: 'offered', at: value },
          { view: 'intended', at: intended },
        ].flatMap(({ view, at }) => (at === null ? [] : [[{ threshold: expression, view }, at] as const])),
      ),
    ),
    gauge(
      'squall_threshold_outcome',
      '1 for the outcome that each threshold has so far, else 0.',
      evaluated.flatMap((threshold) =>
        OUTCOMES.map(
          (outcome) =>
            [{ threshold: threshold.expression, outcome }, thresholdOutcome(threshold) === outcome ? 1 : 0] as const,
        ),
      ),
    ),
  ];
}

const OUTCOMES: readonly ThresholdOutcome[] = ['passed', 'failed', 'open', 'no data'];

/** Help of `squall_refreshes` in a run without a token endpoint. */
const REFRESHES_HELP: Readonly<Record<Meaning['tokens'], string | null>> = {
  endpoint: null,
  minted: 'Renewals by tokens that squall minted; no token endpoint was used.',
  none: 'Renewals that were due and asked nobody.',
};

/** Each curve as a metric family: events so far, or clients now. A renewing client counts as ready. */
function curveFamilies({ curves }: Measurements, tokens: Meaning['tokens']): readonly Family[] {
  const families = [...new Set(SERIES.map((series) => CURVE_SPECS[series].family))];
  return families.map((family) => {
    const members = SERIES.filter((series) => CURVE_SPECS[series].family === family);
    const { kind, help } = CURVE_SPECS[members[0]!];
    const samples = members.map((series): readonly [Labels, number] => [
      CURVE_SPECS[series].labels ?? {},
      series === 'stateReady' ? readyNow(curves) : curves.total(series),
    ]);
    const said = (family === 'refreshes' ? REFRESHES_HELP[tokens] : null) ?? help;
    return (kind === 'events' ? counter : gauge)(`squall_${family}`, said, samples);
  });
}

/** Counts of the run and of the target; a count that the target does not report has no sample. */
function sumFamilies({ counts, reported }: Measurements): readonly Family[] {
  const sums = { ...counts, ...reported };
  return [...COUNTS, ...REPORTED].map((name) => {
    const { help } = SUM_SPECS[name];
    const n = sums[name];
    const isTime = name.endsWith('Ms');
    const words = snake(name.replace(/Ms$/, 'Seconds'));
    const family = counter(`squall_${words}`, help, n === null ? [] : [[{}, isTime ? n / 1000 : n]]);
    return isTime ? { ...family, unit: 'seconds' } : family;
  });
}

function snake(name: string): string {
  return kebab(name).replaceAll('-', '_');
}

function timingFamilies(name: TimingName, { timings }: Measurements): readonly Family[] {
  const timing = timings[name];
  const words = snake(name);
  const counts = countsUpTo(timing.recorded());
  return [
    {
      name: `squall_${words}_seconds`,
      type: 'histogram',
      unit: 'seconds',
      help: TIMING_SPECS[name].help,
      samples: [
        ...BUCKETS_S.map((le, index) => ['_bucket', { le: bucketText(le) }, counts[index] ?? 0] as const),
        ['_bucket', { le: '+Inf' }, timing.count],
        ['_count', {}, timing.count],
        ['_sum', {}, ((timing.meanMs ?? 0) * timing.count) / 1000],
      ],
    },
    counter(
      `squall_${words}_failures`,
      `Not in squall_${words}_seconds, by reason.`,
      Array.from(timing.failures, ([reason, n]) => [{ reason }, n] as const),
    ),
  ];
}

/** Cumulative number of latencies per bucket. */
function countsUpTo(latencies: readonly Latency[]): readonly number[] {
  const counts = BUCKETS_MS.map(() => 0);
  for (const { ms, count } of latencies) {
    const bucket = BUCKETS_MS.findIndex((limitMs) => ms <= limitMs);
    if (bucket !== -1) counts[bucket]! += count;
  }
  let sum = 0;
  return counts.map((n) => (sum += n));
}

/** A float with a fraction, as OpenMetrics requires: `1.0`. */
function bucketText(le: number): string {
  return Number.isInteger(le) ? le.toFixed(1) : String(le);
}

function faultCounters(faults: Progress['faults']): readonly Family[] {
  const each = faults.map((fault, index) => ({ fault, labels: { fault: index, label: fault.label } }));
  return [
    counter(
      'squall_fault_planned',
      'Whom each fault was to hit so far.',
      each.map(({ fault, labels }) => [labels, fault.planned]),
    ),
    counter(
      'squall_fault_hits',
      'Whom each fault has hit.',
      each.map(({ fault, labels }) => [labels, fault.hit]),
    ),
    counter(
      'squall_fault_misses',
      'Whom each fault has missed, by reason.',
      each.flatMap(({ fault, labels }) =>
        Object.entries(fault.missed).map(([reason, n]) => [{ ...labels, reason }, n] as const),
      ),
    ),
  ];
}

function generatorFamilies(generator: Progress['generator']): readonly Family[] {
  return [
    gauge('squall_generator_workers', 'Workers that hold the clients.', [[{}, generator.workers]]),
    gauge('squall_generator_saturated', '1 when squall is the limit, and not the target.', [
      [{}, generator.saturated ? 1 : 0],
    ]),
    seconds('squall_generator_lateness_p99_seconds', 'How late events run.', generator.latenessP99Ms / 1000),
    seconds('squall_generator_loop_delay_p99_seconds', 'Delay of event loops.', generator.loopDelayP99Ms / 1000),
    {
      ...counter('squall_generator_cpu_seconds', 'CPU time of squall itself.', [[{}, generator.cpuSeconds]]),
      unit: 'seconds',
    },
    { ...gauge('squall_generator_rss_bytes', 'Memory of squall itself.', [[{}, generator.rssBytes]]), unit: 'bytes' },
    counter('squall_generator_dropped_starts', 'Attempts that this machine had no room for.', [
      [{}, generator.droppedStarts],
    ]),
  ];
}

function seconds(name: string, help: string, value: number): Family {
  return { ...gauge(name, help, [[{}, value]]), unit: 'seconds' };
}
