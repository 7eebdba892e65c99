import type { Summary } from '../../results/summary.ts';
import { FIGURES } from '../../storm/figures.ts';
import { figureText } from '../format.ts';
import { LABEL_COLUMNS } from './columns.ts';
import { figureCell } from './figures.ts';
import type { Paint } from './paint.ts';

const CELL_COLUMNS = 12;

/** What a simulation had said that the run would come to, beside what it came to; nothing when none was asked. */
export function predictionLines({ prediction }: Summary, paint: Paint): readonly string[] {
  if (prediction === null) return [];
  return [
    paint('title', row(['prediction', 'predicted', 'measured', 'error'])),
    ...prediction.figures.map(({ name, predicted, measured, errorPercent }) => {
      const { label, unit } = FIGURES[name];
      return row([label, figureCell(predicted, unit), figureCell(measured, unit), percentText(errorPercent)]);
    }),
  ];
}

/** How far a prediction was off, with its sign. */
export function percentText(percent: number | null): string {
  if (percent === null) return figureText(null);
  return `${percent > 0 ? '+' : ''}${percent.toFixed(1)}%`;
}

function row([label = '', ...cells]: readonly string[]): string {
  return `${label.padEnd(LABEL_COLUMNS + 6)}${cells.map((cell) => cell.padStart(CELL_COLUMNS)).join('')}`;
}
