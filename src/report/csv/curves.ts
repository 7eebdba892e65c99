import { kebab } from '../../core/kebab.ts';
import type { Curves } from '../../metrics/curves.ts';
import { READY_STATES } from '../../metrics/ready.ts';
import { BIN_MS, SERIES, type SeriesName } from '../../metrics/series.ts';
import { binsOf } from '../sparkline.ts';

/**
 * The curves for a spreadsheet or a script: a row for each 100 ms, which is all that was recorded. Series hold what
 * happened in those 100 ms, so rows add up to seconds. Columns of states and conditions hold how many clients were in
 * them at the end of the row. `state_ready` counts the renewing clients too; the column `renewing` says how many they are.
 */
export function csvReport(curves: Curves, elapsedMs: number): string {
  const columns = SERIES.map((series) =>
    binsOf(isLevel(series) ? levels(curves, series) : curves.values(series), elapsedMs),
  );
  const rows = Array.from({ length: columns[0]?.length ?? 0 }, (_, bin) =>
    [bin * BIN_MS, ...columns.map((values) => values[bin] ?? 0)].join(','),
  );
  return `${['start_ms,' + SERIES.map(columnName).join(','), ...rows].join('\n')}\n`;
}

/** Its curve holds comings and goings; what people want is how many there are. */
function isLevel(series: SeriesName): boolean {
  return /^(state|condition)/.test(series);
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
