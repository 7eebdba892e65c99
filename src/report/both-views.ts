import type { SeriesName } from '../core/metrics.ts';
import type { Curves } from '../metrics/curves.ts';
import type { Measurements } from '../metrics/measurements.ts';
import { viewsOf } from '../metrics/views.ts';
import { differVisibly, durationsDiffer, rateInViews } from '../metrics/visible.ts';
import type { Peak } from '../metrics/window.ts';
import type { Summary } from '../results/summary.ts';

/** The curves of a run in both views. */
export interface CurveViews {
  readonly offered: Curves;
  /** null: squall's lateness is not known */
  readonly intended: Curves | null;
}

export function curveViewsOf(measurements: Measurements): CurveViews {
  const { offered, intended } = viewsOf(measurements);
  return { offered: offered.curves, intended: intended?.curves ?? null };
}

/**
 * The peak of a series in words, in both views where they differ visibly.
 *
 * @param text the words for one peak
 */
export function peakInViews(
  { offered, intended }: CurveViews,
  series: SeriesName,
  text: (peak: Peak) => string,
): string {
  const peak = offered.peakPerSecond(series);
  const onTime = intended?.peakPerSecond(series) ?? peak;
  if (!differVisibly(peak.perSecond, onTime.perSecond)) return `peak ${text(peak)}`;
  return `peak ${text(onTime)} intended, ${text(peak)} offered`;
}

type Timing = NonNullable<Summary['timings'][keyof Summary['timings']]>;
type Ranked = Timing['all']['p50Ms'];

/** The label of the row that has a timing without squall's own lateness. */
export const ON_TIME_LABEL = 'on time';

/** The quantiles of a timing without squall's own lateness, where they differ visibly from those with it; else null. */
export function visiblyOnTime({ intended, ...offered }: Timing): NonNullable<Timing['intended']> | null {
  if (intended === null) return null;
  const { all, ...quantiles } = intended;
  const pairs: readonly (readonly [Ranked, Ranked])[] = [
    ...QUANTILES.map((name) => [offered[name], quantiles[name]] as const),
    ...QUANTILES.map((name) => [offered.all[name], all[name]] as const),
  ];
  return pairs.some(([a, b]) => typeof a === 'number' && typeof b === 'number' && durationsDiffer(a, b))
    ? intended
    : null;
}

const QUANTILES = ['p50Ms', 'p90Ms', 'p99Ms', 'p999Ms', 'maxMs'] as const;

/** The peak of the attempts: `peak 4000/s intended, 1188/s offered`, or one rate where the views hardly differ. */
export function attemptsPeak({ peakPerSecond, intended }: Summary['attempts']): string {
  return `peak ${rateInViews(peakPerSecond, intended?.peakPerSecond ?? null, (rate) => `${rate}/s`)}`;
}

/** Height of a curve by which the two views of it must differ to be drawn both, as a share of the plot. */
const VISIBLE_HEIGHT = 0.05;
/** Number of columns, and of bins, by which two curves may be apart in time and still look the same. */
const SAME_COLUMNS = 3;
const SAME_BINS = 2;

/**
 * Whether the intended curve can be told from the offered one in a plot: somewhere it lies above or below all samples
 * of the other that are close in time.
 *
 * @param columns width of the plot
 */
export function curvesDiffer(offered: Float64Array, intended: Float64Array, columns: number): boolean {
  const highest = Math.max(greatest(offered), greatest(intended));
  const margin = highest * VISIBLE_HEIGHT;
  if (highest === 0) return false;
  const reach = Math.max(SAME_BINS, Math.ceil((SAME_COLUMNS * offered.length) / columns));
  return isBeyond(intended, offered, reach, margin) || isBeyond(offered, intended, reach, margin);
}

/** Whether any sample of `one` lies more than the margin outside the range of the samples of `other` around it. */
function isBeyond(one: Float64Array, other: Float64Array, reach: number, margin: number): boolean {
  return one.some((value, i) => {
    if (Math.abs(value - (other[i] ?? 0)) <= margin) return false;
    let [least, most] = [Infinity, -Infinity];
    for (let near = Math.max(0, i - reach); near <= Math.min(other.length - 1, i + reach); near++) {
      least = Math.min(least, other[near]!);
      most = Math.max(most, other[near]!);
    }
    return value < least - margin || value > most + margin;
  });
}

function greatest(samples: Float64Array): number {
  return samples.reduce((most, n) => Math.max(most, n), 0);
}
