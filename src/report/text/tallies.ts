import type { ThresholdTally } from '../../results/seeds-summary.ts';
import { clean } from '../clean.ts';
import { COLUMNS } from './columns.ts';
import type { Paint } from './paint.ts';

const CELL_COLUMNS = 9;
const CELLS = 3;
const EXPRESSION_COLUMNS = COLUMNS - CELLS * CELL_COLUMNS;

/** One row a threshold: in how many seeds it passed, failed, and had no data. */
export function tallyLines(thresholds: readonly ThresholdTally[], paint: Paint): readonly string[] {
  if (thresholds.length === 0) return [];
  return [tallyTitle('threshold', paint), ...thresholds.map((each) => tallyRow(each.expression, each, paint))];
}

export function tallyTitle(label: string, paint: Paint): string {
  return paint('title', row(clean(label, EXPRESSION_COLUMNS - 1), ['passed', 'failed', 'no data']));
}

export function tallyRow(label: string, { passed, failed, noData }: ThresholdTally, paint: Paint): string {
  const style = failed > 0 ? 'bad' : noData > 0 ? 'doubt' : 'good';
  return paint(style, row(clean(label, EXPRESSION_COLUMNS - 1), [passed, failed, noData].map(String)));
}

function row(label: string, cells: readonly string[]): string {
  return `${label.padEnd(EXPRESSION_COLUMNS)}${cells.map((cell) => cell.padStart(CELL_COLUMNS)).join('')}`;
}
