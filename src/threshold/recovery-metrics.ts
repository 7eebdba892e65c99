import { mostRecoveryMs, type Share } from '../storm/recovery-bound.ts';
import { between, type Evidence, type Metric, type MetricValue } from './metric.ts';
import { amongThem, readingOf } from './timing-metrics.ts';

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
      read: (evidence) => longest([overRun(evidence, share), ...inStorms(evidence, field)]),
      aside: ({ measurements }) => amongThem(measurements.timings.recovery),
    },
  };
}

function overRun({ measurements }: Evidence, share: number): MetricValue {
  return readingOf(measurements.timings.recovery.rank(share));
}

function inStorms({ measurements, storms, blurMs = 0 }: Evidence, field: Share): readonly MetricValue[] {
  const { recovery } = measurements.timings;
  const withLosses = storms.filter(({ lost }) => lost > 0);
  // At the end of the run, clients that are not back from the last storm have failed.
  const over = recovery.unfinished === 0 && recovery.failed > 0;
  return withLosses.map((storm, index) => {
    const inOrderMs = storm.own[field];
    const mostMs = mostRecoveryMs(storm, field, recovery);
    if (inOrderMs !== null && mostMs !== null) {
      return between(Math.max(0, Math.min(inOrderMs, recovery.maxMs ?? Infinity) - blurMs), mostMs);
    }
    const settled = over && index === withLosses.length - 1;
    return { atLeast: settled ? Infinity : storm.own.watchedMs, atMost: Infinity };
  });
}

/** The longest is at least as long, and at most as long, as the longest by that bound. */
function longest(readings: readonly MetricValue[]): MetricValue {
  const known = readings
    .filter((reading) => reading !== null)
    .map((reading) => (typeof reading === 'number' ? { atLeast: reading, atMost: reading } : reading));
  if (known.length === 0) return null;
  return between(Math.max(...known.map(({ atLeast }) => atLeast)), Math.max(...known.map(({ atMost }) => atMost)));
}
