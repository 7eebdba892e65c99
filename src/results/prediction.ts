import { join } from 'node:path';
import { z } from 'zod';
import { Curves, MAX_BINS } from '../metrics/curves.ts';
import { SERIES } from '../core/metrics.ts';
import { FIGURE_NAMES, FIGURES, type Figures } from '../storm/figures.ts';
import { applyChanges, CurveDiff } from './curve-changes.ts';
import { FILES } from './files.ts';
import { readText } from './read-text.ts';
import { foreignDocument } from './foreign.ts';
import { named, someNamed } from './named.ts';
import { STAMP, stampSchema } from './format.ts';
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

const fileSchema = z.object({
  format: stampSchema.format,
  world: z.literal('sim'),
  figures: named(FIGURE_NAMES, z.number()),
  curves: z.object({
    /** number of 100 ms bins of each curve */
    bins: z.int().min(1).max(MAX_BINS),
    /** pairs [bin, count] by series; all other bins hold 0 */
    counts: someNamed(SERIES, z.array(z.tuple([z.int(), z.int()]))),
  }),
});

/** The content of prediction.json. */
export function predictionText({ figures, curves }: Prediction): string {
  // Complete curves are their changes since the beginning.
  const counts = new CurveDiff().take(curves);
  return `${JSON.stringify({ ...STAMP, world: 'sim', figures, curves: { bins: curves.bins, counts } })}\n`;
}

/** The prediction of a run; null without one, or if it is damaged, with a warning. */
export function readPrediction(dir: string, warnings: string[]): Prediction | null {
  const text = readText(dir, 'prediction');
  if (text === null) return null;
  const content = foreignDocument(fileSchema, text, join(dir, FILES.prediction));
  if (content === null) {
    warnings.push(`${FILES.prediction} is damaged; it is left out`);
    return null;
  }
  const curves = new Curves(new ArrayBuffer(Curves.bytes(content.curves.bins)));
  applyChanges(curves, content.curves.counts);
  return { figures: content.figures, curves };
}
