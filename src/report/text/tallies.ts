import type { ThresholdTally } from '../../results/seeds-summary.ts';
import { clean } from '../clean.ts';
import { COLUMNS, rowLines } from './columns.ts';
import type { Paint } from './paint.ts';

const CELL_COLUMNS = 9;
const CELLS = 3;
const EXPRESSION_COLUMNS = COLUMNS - CELLS * CELL_COLUMNS;

/** One row per threshold: the seeds in which it passed, failed, and had no data. */
export function tallyLines(thresholds: readonly ThresholdTally[], paint: Paint): readonly string[] {
  if (thresholds.length === 0) return [];
  return [tallyTitle('threshold', paint), ...thresholds.flatMap((each) => tallyRow(each.expression, each, paint))];
}

export function tallyTitle(label: string, paint: Paint): string {
  return paint('title', row(clean(label), ['passed', 'failed', 'no data']).join('\n'));
}

export function tallyRow(label: string, { passed, failed, noData }: ThresholdTally, paint: Paint): readonly string[] {
  const style = failed > 0 ? 'bad' : noData > 0 ? 'doubt' : 'good';
  return row(clean(label), [passed, failed, noData].map(String)).map((line) => paint(style, line));
}

function row(label: string, cells: readonly string[]): readonly string[] {
  return rowLines(label, EXPRESSION_COLUMNS, cells.map((cell) => cell.padStart(CELL_COLUMNS)).join(''));
}
