import { kebab } from '../../core/kebab.ts';
import type { Curves } from '../../metrics/curves.ts';
import type { Measurements } from '../../metrics/measurements.ts';
import { READY_STATES } from '../../metrics/ready.ts';
import type { Meaning } from '../../results/meaning.ts';
import { BIN_MS, CURVE_SPECS, SERIES, type SeriesName } from '../../core/metrics.ts';
import { perSecond } from '../../metrics/samples.ts';
import { curvesDiffer, curveViewsOf } from '../both-views.ts';
import { binsOf } from '../sparkline.ts';

/** Maximum number of rows; the rows of a longer run span more than 100 ms. */
const MAX_ROWS = 36_000;
/** Possible row lengths in bins of 100 ms: 100 ms to 1 min. */
const ROW_BINS = [1, 10, 100, 600];

/**
 * The curves as CSV: a row for each 100 ms bin; for a run of more than an hour, a row for each 1 s, 10 s or 60 s. A
 * series column holds the events within the row's time, so rows add up. A state or condition column holds the number of
 * clients in it at the end of the row. `state_ready` includes the renewing clients; the column `renewing` counts them
 * alone. Metrics that the run did not record have no column. In a run that squall was visibly late with, each curve that
 * differs has another column, `attempts_intended`: the events at the instants at which they would have been on time. The last two columns are the same in every row: where
 * renewals get tokens, so that `refreshes` is not taken for requests to an endpoint, and what made a client ready.
 */
export function csvReport(measurements: Measurements, { tokens, ready }: Meaning): string {
  const { elapsedMs, unrecorded } = measurements;
  const { offered, intended } = curveViewsOf(measurements);
  const names = SERIES.filter((series) => !unrecorded.has(series));
  const late = names.filter((series) => intended !== null && isLate(series, offered, intended, elapsedMs));
  const columns = [
    ...names.map((series) => ({ name: columnName(series), series, curves: offered })),
    ...late.map((series) => ({ name: `${columnName(series)}_intended`, series, curves: intended! })),
  ].map(({ name, series, curves }) => {
    const isLevel = CURVE_SPECS[series].kind !== 'events';
    return { name, isLevel, values: binsOf(isLevel ? levels(curves, series) : curves.values(series), elapsedMs) };
  });
  const bins = columns[0]?.values.length ?? 0;
  const width = ROW_BINS.find((n) => bins / n <= MAX_ROWS) ?? ROW_BINS.at(-1)!;
  const cells = columns.map(({ values, isLevel }) => rowsOf(values, width, isLevel));
  const rows = Array.from({ length: Math.ceil(bins / width) }, (_, row) =>
    [row * width * BIN_MS, ...cells.map((values) => values[row]), tokens, ready].join(','),
  );
  const head = ['start_ms', ...columns.map(({ name }) => name), 'tokens', 'ready_means'].join(',');
  return `${[head, ...rows].join('\n')}\n`;
}

/** Values of one column: the sum over a row's bins, or the level at its end. */
function rowsOf(values: Int32Array, width: number, level: boolean): Int32Array {
  if (width === 1) return values;
  return Int32Array.from({ length: Math.ceil(values.length / width) }, (_, row) => {
    const own = values.subarray(row * width, (row + 1) * width);
    return level ? own.at(-1)! : own.reduce((sum, n) => sum + n, 0);
  });
}

/** Width of the plot in which a difference between the views must be visible. */
const PLOT_COLUMNS = 800;

/** Whether squall was visibly late with the events of a series. */
function isLate(series: SeriesName, offered: Curves, intended: Curves, elapsedMs: number): boolean {
  if (CURVE_SPECS[series].kind !== 'events') return false;
  const rate = (curves: Curves): Float64Array => perSecond({ curves, elapsedMs }, series);
  return curvesDiffer(rate(offered), rate(intended), PLOT_COLUMNS);
}

function levels(curves: Curves, series: SeriesName): Int32Array {
  let now = 0;
  return curves.sum(series === 'stateReady' ? READY_STATES : [series]).map((change) => (now += change));
}

/** `lost_expired`, `state_ready`. */
function columnName(series: SeriesName): string {
  if (series === 'stateRenewing') return 'renewing';
  return kebab(series).replaceAll('-', '_');
}
