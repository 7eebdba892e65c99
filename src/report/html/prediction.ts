import type { Summary } from '../../results/summary.ts';
import { FIGURES } from '../../storm/figures.ts';
import { figureCell } from '../text/figures.ts';
import { percentText } from '../text/prediction.ts';
import { html, type Markup } from './markup.ts';
import { table } from './tables.ts';

/** What a simulation had said beside what came of it; null when none was asked. */
export function predictionTable({ prediction }: Summary): Markup | null {
  if (prediction === null) return null;
  const rows = prediction.figures.map(({ name, predicted, measured, errorPercent }) => {
    const { label, unit } = FIGURES[name];
    return [label, figureCell(predicted, unit), figureCell(measured, unit), percentText(errorPercent)];
  });
  return html`<h3>Prediction</h3>
    ${table('What a simulation had said before the run', ['figure', 'predicted', 'measured', 'error'], rows, 3)}`;
}
