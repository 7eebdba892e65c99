import { kebab } from '../../core/kebab.ts';
import type { Curves } from '../../metrics/curves.ts';
import type { Measurements } from '../../metrics/measurements.ts';
import { READY_STATES } from '../../metrics/ready.ts';
import { BIN_MS, CURVE_SPECS, SERIES, type SeriesName } from '../../core/metrics.ts';
import { binsOf } from '../sparkline.ts';

/** Rows of a file; those of a longer run are of more than 100 ms. */
const MAX_ROWS = 36_000;
/** What rows are made as long as, in bins: 100 ms to 1 min. */
const ROW_BINS = [1, 10, 100, 600];

type Plotted = Pick<Measurements, 'curves' | 'elapsedMs' | 'unrecorded'>;

/**
 * The curves for a spreadsheet or a script: a row for each 100 ms, which is all that was recorded; of a run of more than
 * an hour for each 1 s, 10 s or 60 s. Series hold what happened in the time of the row, so rows add up. Columns of states and conditions hold how many clients were in
 * them at the end of the row. `state_ready` counts the renewing clients too; the column `renewing` says how many they are. There is no column of
 * what the version that ran it did not record.
 */
export function csvReport({ curves, elapsedMs, unrecorded }: Plotted): string {
  const names = SERIES.filter((series) => !unrecorded.has(series));
  const columns = names.map((series) =>
    binsOf(isLevel(series) ? levels(curves, series) : curves.values(series), elapsedMs),
  );
  const bins = columns[0]?.length ?? 0;
  const width = ROW_BINS.find((n) => bins / n <= MAX_ROWS) ?? ROW_BINS.at(-1)!;
  const cells = columns.map((values, n) => rowsOf(values, width, isLevel(names[n]!)));
  const rows = Array.from({ length: Math.ceil(bins / width) }, (_, row) =>
    [row * width * BIN_MS, ...cells.map((values) => values[row])].join(','),
  );
  return `${['start_ms,' + names.map(columnName).join(','), ...rows].join('\n')}\n`;
}

/** What a row says of its bins: their sum, or how many there were at the end. */
function rowsOf(values: Int32Array, width: number, level: boolean): Int32Array {
  if (width === 1) return values;
  return Int32Array.from({ length: Math.ceil(values.length / width) }, (_, row) => {
    const own = values.subarray(row * width, (row + 1) * width);
    return level ? own.at(-1)! : own.reduce((sum, n) => sum + n, 0);
  });
}

/** Its curve holds comings and goings; what people want is how many there are. */
function isLevel(series: SeriesName): boolean {
  return CURVE_SPECS[series].kind !== 'events';
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
