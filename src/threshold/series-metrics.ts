import {
  CONDITION_NAMES,
  CONDITION_SERIES,
  mostClientsBetween,
  mostClientsIn,
  type ConditionName,
} from '../metrics/conditions.ts';
import type { Curves } from '../metrics/curves.ts';
import { REFRESH_FAILURE_SERIES } from '../metrics/refresh-failures.ts';
import { CURVE_SPECS, SERIES, type SeriesName } from '../core/metrics.ts';
import { peakBetween, slidingPeak } from '../metrics/window.ts';
import { kebab } from '../core/kebab.ts';
import { between, orMore, type Evidence, type Metric } from './metric.ts';

/** Series computed from recorded ones. */
interface Combined {
  readonly plus: readonly SeriesName[];
  readonly minus?: readonly SeriesName[];
}

const COMBINED: Readonly<Record<string, Combined>> = {
  reconnects: { plus: ['attempts'], minus: ['arrivals'] },
  lost: { plus: ['lostExpired', 'lostRenewal', 'lostClosed', 'lostDropped'] },
  'refresh-failed': { plus: REFRESH_FAILURE_SERIES },
};

/** States and conditions are left out: their curves hold changes, whose peaks and totals need no limit. */
const NAMED: Readonly<Record<string, Combined>> = {
  ...Object.fromEntries(
    SERIES.filter((name) => CURVE_SPECS[name].kind === 'events').map((name) => [kebab(name), { plus: [name] }]),
  ),
  ...COMBINED,
};

const FIGURES: Readonly<Record<string, (series: Combined) => Metric>> = {
  peak: (series) => ({
    ...overRun('rate', namesIn(series), (curves) => slidingPeak(bins(curves, series)).perSecond),
    moreRaises: true,
    between: (offered, intended) => {
      const [latest, earliest] = [offered, intended].map(({ measurements }) => bins(measurements.curves, series));
      const { atLeast, atMost } = peakBetween(earliest!, latest!);
      return between(atLeast, atMost);
    },
  }),
  total: (series) => ({
    ...overRun('count', namesIn(series), (curves) => bins(curves, series).reduce((sum, n) => sum + n, 0)),
    moreRaises: true,
  }),
};

const MOST = 'most';

export const SERIES_FIGURES = [...Object.keys(FIGURES), MOST];

/** The metrics of a figure by the name of the series; undefined when there is no such figure. */
export function seriesMetrics(figure: string): Readonly<Record<string, Metric>> | undefined {
  if (figure === MOST) return Object.fromEntries(CONDITION_NAMES.map((name) => [kebab(name), most(name)]));
  const make = Object.hasOwn(FIGURES, figure) ? FIGURES[figure] : undefined;
  return make && Object.fromEntries(Object.entries(NAMED).map(([name, series]) => [name, make(series)]));
}

/** Most clients in a condition at once. */
function most(condition: ConditionName): Metric {
  return {
    ...overRun('count', [CONDITION_SERIES[condition]], (curves) => mostClientsIn(curves, condition)),
    whole: ({ measurements }) => measurements.planned,
    between: ({ measurements: offered }, { measurements: intended }) => {
      const { atLeast, atMost } = mostClientsBetween(offered, intended, condition);
      return between(atLeast, atMost);
    },
  };
}

/** A run without an attempt to connect has no data; nor has a series that was not recorded. */
function overRun(dimension: 'rate' | 'count', of: readonly SeriesName[], read: (curves: Curves) => number): Metric {
  const readIn = ({ measurements: { curves, unrecorded } }: Evidence): number | null =>
    curves.total('attempts') === 0 || of.some((name) => unrecorded.has(name)) ? null : read(curves);
  return { dimension, read: readIn, grows: true, missed: (evidence, missed) => orMore(readIn(evidence), missed) };
}

function namesIn({ plus, minus = [] }: Combined): readonly SeriesName[] {
  return [...plus, ...minus];
}

function bins(curves: Curves, { plus, minus = [] }: Combined): Int32Array {
  const taken = curves.sum(minus);
  return curves.sum(plus).map((n, i) => n - taken[i]!);
}
