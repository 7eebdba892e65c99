import type { Summary } from '../../results/summary.ts';
import { FIGURES } from '../../storm/figures.ts';
import { figureText } from '../format.ts';
import { LABEL_COLUMNS } from './columns.ts';
import { figureCell } from './figures.ts';
import type { Paint } from './paint.ts';

const CELL_COLUMNS = 12;

/** Predicted and measured figures; empty for a run without a prediction. */
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

/** The error of a prediction in percent, with its sign. */
export function percentText(percent: number | null): string {
  if (percent === null) return figureText(null);
  return `${percent > 0 ? '+' : ''}${percent.toFixed(1)}%`;
}

function row([label = '', ...cells]: readonly string[]): string {
  return `${label.padEnd(LABEL_COLUMNS + 6)}${cells.map((cell) => cell.padStart(CELL_COLUMNS)).join('')}`;
}
