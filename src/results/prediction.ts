import type { Curves } from '../metrics/curves.ts';
import { FIGURE_NAMES, FIGURES, type Figures } from '../storm/figures.ts';
import { CurveDiff } from './curve-changes.ts';
import { STAMP } from './stamp.ts';
import type { Summary } from './summary.ts';

/** Figures and curves of a simulation of the scenario before the run. */
export interface Prediction {
  readonly figures: Figures;
  readonly curves: Curves;
}

/** The figures compared between prediction and run. */
const PREDICTED = FIGURE_NAMES.filter((name) => FIGURES[name].predicted === true);

/** The error of one predicted figure, in the unit given in `FIGURES`. */
export type FigureError = NonNullable<Summary['prediction']>['figures'][number];

export function errorsOf(prediction: Figures, measured: Figures): readonly FigureError[] {
  return PREDICTED.map((name) => ({
    name,
    unit: FIGURES[name].unit,
    predicted: prediction[name],
    measured: measured[name],
    errorPercent: errorPercent(prediction[name], measured[name]),
  }));
}

function errorPercent(predicted: number | null, measured: number | null): number | null {
  if (predicted === null || measured === null || (measured === 0 && predicted !== 0)) return null;
  return measured === 0 ? 0 : ((predicted - measured) / measured) * 100;
}

/** The content of prediction.json. */
export function predictionText({ figures, curves }: Prediction): string {
  // Complete curves are their changes since the beginning.
  const counts = new CurveDiff().take(curves);
  return `${JSON.stringify({ ...STAMP, world: 'sim', figures, curves: { bins: curves.bins, counts } })}\n`;
}
