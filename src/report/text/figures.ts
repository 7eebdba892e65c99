import type { SettingSummary } from '../../results/seeds-summary.ts';
import { FIGURES, FIGURE_NAMES, type FigureName, type FigureUnit } from '../../storm/figures.ts';
import { durationText, figureText } from '../format.ts';
import type { Paint } from './paint.ts';

export const SPREAD_LABEL_COLUMNS = 18;
const CELL_COLUMNS = 10;
const RUNS_COLUMNS = 12;

/** One row a figure: how it is spread over the seeds that had it. */
export function figureLines(setting: SettingSummary, paint: Paint): readonly string[] {
  return [spreadTitle('', paint), ...FIGURE_NAMES.map((name) => spreadRow(FIGURES[name].label, name, setting))];
}

export function spreadTitle(label: string, paint: Paint): string {
  return paint('title', row(label, ['min', 'median', 'max', 'mean', 'sd'], 'in seeds'));
}

/** @param label at most SPREAD_LABEL_COLUMNS */
export function spreadRow(label: string, name: FigureName, { figures, done }: SettingSummary): string {
  const { min, median, max, mean, sd, runs } = figures[name];
  const cells = [min, median, max, mean, sd].map((value) => figureCell(value, FIGURES[name].unit));
  // Of how many seeds these are the numbers goes without saying when it is all of them.
  return row(label, cells, runs === done ? '' : `${runs} of ${done}`);
}

/** A figure's value in its unit; ten characters hold it. */
export function figureCell(value: number | null, unit: FigureUnit): string {
  switch (unit) {
    case 'ms':
      return durationText(value);
    case 'per-second':
      return value === null ? figureText(value) : `${rounded(value)}/s`;
    case 'client-seconds':
      return value === null ? figureText(value) : `${rounded(value)}s`;
    case 'ratio':
    case 'count':
      return value === null ? figureText(value) : rounded(value);
  }
}

/** Three digits at least, and all those before the point. */
function rounded(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function row(label: string, cells: readonly string[], runs: string): string {
  const padded = cells.map((cell) => cell.padStart(CELL_COLUMNS)).join('');
  return `${label.padEnd(SPREAD_LABEL_COLUMNS)}${padded}${runs.padStart(RUNS_COLUMNS)}`.trimEnd();
}
