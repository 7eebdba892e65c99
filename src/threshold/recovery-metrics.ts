import { placeOf } from '../metrics/rank.ts';
import type { Timing } from '../metrics/timing.ts';
import type { OwnTimes, Storm } from '../storm/storm.ts';
import { between, type Evidence, type Metric, type MetricValue } from './metric.ts';
import { amongThem, readingOf } from './timing-metrics.ts';

type Share = Exclude<keyof OwnTimes, 'watchedMs'>;

const FIGURES: Readonly<Record<string, { readonly field: Share; readonly share: number }>> = {
  t50: { field: 't50Ms', share: 0.5 },
  t95: { field: 't95Ms', share: 0.95 },
  t99: { field: 't99Ms', share: 0.99 },
  t100: { field: 't100Ms', share: 1 },
};

export const RECOVERY_FIGURES = Object.keys(FIGURES);

/**
 * `t95(recovery)`: the time since their losses within which 95 % of the lost connections recovered. It is the longest
 * of the times over the whole run and over each storm, so calm recoveries do not hide the slow ones of a storm.
 */
export function recoveryMetrics(figure: string): Readonly<Record<string, Metric>> | undefined {
  const known = Object.hasOwn(FIGURES, figure) ? FIGURES[figure] : undefined;
  if (known === undefined) return undefined;
  const { field, share } = known;
  return {
    recovery: {
      dimension: 'duration',
      read: (evidence) => longest([overRun(evidence, share), ...inStorms(evidence, field, share)]),
      aside: ({ measurements }) => amongThem(measurements.timings.recovery),
    },
  };
}

function overRun({ measurements }: Evidence, share: number): MetricValue {
  return readingOf(measurements.timings.recovery.rank(share));
}

function inStorms({ measurements, storms, blurMs = 0 }: Evidence, field: Share, share: number): readonly MetricValue[] {
  const { recovery } = measurements.timings;
  const withLosses = storms.filter(({ lost }) => lost > 0);
  // At the end of the run, clients that are not back from the last storm have failed.
  const over = recovery.unfinished === 0 && recovery.failed > 0;
  return withLosses.map((storm, index) => {
    const ms = storm.own[field];
    if (ms !== null) return inOrder(ms, mostIn(storm, field, share, recovery), recovery.maxMs ?? Infinity, blurMs);
    const settled = over && index === withLosses.length - 1;
    return { atLeast: settled ? Infinity : storm.own.watchedMs, atMost: Infinity };
  });
}

/** Curves are exact to 100 ms; no recovery took longer than the longest timed one. */
function inOrder(ms: number, mostMs: number, maxMs: number, blurMs: number): MetricValue {
  const least = Math.min(ms, maxMs);
  return between(Math.max(0, least - blurMs), Math.max(least, Math.min(mostMs, maxMs)));
}

/**
 * The longest that the share may have taken. Curves do not show which loss a recovery belongs to, and clients may have
 * recovered in another order than they were lost. None took longer than since the storm's start, and as many of the run's
 * recoveries took longer than any given time as of the storm's, or more.
 */
function mostIn(storm: Storm, field: Share, share: number, recovery: Timing): number {
  const sinceStartMs = storm[field] ?? Infinity;
  if (sinceStartMs <= storm.own[field]!) return sinceStartMs;
  const losses = Math.max(1, storm.lost - storm.unknown);
  const slower = losses - placeOf(share, losses);
  const { tried } = recovery;
  const inRun = slower < tried ? recovery.rank((tried - slower) / tried) : null;
  return Math.min(sinceStartMs, inRun?.mostMs ?? Infinity);
}

/** The longest is at least as long, and at most as long, as the longest by that bound. */
function longest(readings: readonly MetricValue[]): MetricValue {
  const known = readings
    .filter((reading) => reading !== null)
    .map((reading) => (typeof reading === 'number' ? { atLeast: reading, atMost: reading } : reading));
  if (known.length === 0) return null;
  return between(Math.max(...known.map(({ atLeast }) => atLeast)), Math.max(...known.map(({ atMost }) => atMost)));
}
