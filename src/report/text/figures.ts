import type { SettingSummary } from '../../results/seeds-summary.ts';
import { FIGURES, FIGURE_NAMES, type FigureName, type FigureUnit } from '../../storm/figures.ts';
import { durationIn, durationText, figureText } from '../format.ts';
import { rowLines } from './columns.ts';
import type { Paint } from './paint.ts';

const LABEL_COLUMNS = 18;
const CELL_COLUMNS = 10;
const RUNS_COLUMNS = 12;

/** One row per figure: its spread over the seeds that have it. */
export function figureLines(setting: SettingSummary, paint: Paint): readonly string[] {
  return [
    spreadTitle('', paint),
    ...FIGURE_NAMES.flatMap((name) => spreadRow(FIGURES[name].label, name, [setting], setting)),
  ];
}

export function spreadTitle(label: string, paint: Paint): string {
  return paint('title', row(label, ['min', 'median', 'max', 'mean', 'sd'], 'in seeds').join('\n'));
}

/** @param all all settings of the table; their durations share a unit */
export function spreadRow(
  label: string,
  name: FigureName,
  all: readonly SettingSummary[],
  { figures, done }: SettingSummary,
): readonly string[] {
  const { min, median, max, mean, sd, runs } = figures[name];
  const longestMs = Math.max(...all.map((each) => each.figures[name].max ?? 0));
  const cells = [min, median, max, mean, sd].map((value) => figureCell(value, FIGURES[name].unit, longestMs));
  // The number of seeds is shown only if some lack the figure.
  return row(label, cells, runs === done ? '' : `${runs} of ${done}`);
}

/**
 * A figure's value in its unit; ten characters hold it.
 *
 * @param longestMs the longest duration of the column, which chooses the unit of all; without it the value's own does
 */
export function figureCell(value: number | null, unit: FigureUnit, longestMs?: number): string {
  switch (unit) {
    case 'ms':
      return longestMs === undefined ? durationText(value) : durationIn(value, longestMs);
    case 'per-second':
      return value === null ? figureText(value) : `${rounded(value)}/s`;
    case 'client-seconds':
      return value === null ? figureText(value) : `${rounded(value)}s`;
    case 'client-ms':
      return figureCell(value === null ? null : value / 1000, 'client-seconds');
    case 'ratio':
    case 'count':
      return value === null ? figureText(value) : rounded(value);
  }
}

/** Three digits at least, and all those before the point. */
function rounded(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function row(label: string, cells: readonly string[], runs: string): readonly string[] {
  const padded = cells.map((cell) => cell.padStart(CELL_COLUMNS)).join('');
  return rowLines(label, LABEL_COLUMNS, `${padded}${runs.padStart(RUNS_COLUMNS)}`);
}
