import { join } from 'node:path';
import { z } from 'zod';
import { Curves, MAX_BINS } from '../metrics/curves.ts';
import { SERIES } from '../core/metrics.ts';
import { FIGURE_NAMES, FIGURES, type FigureName, type Figures } from '../storm/figures.ts';
import { applyChanges, CurveDiff } from './curve-changes.ts';
import { FILES } from './files.ts';
import { readText } from './read-text.ts';
import { foreignDocument } from './foreign.ts';
import { named, someNamed } from './named.ts';
import { STAMP, stampSchema } from './format.ts';

/** What a simulation of the scenario, taken before the run, says that the run will come to. */
export interface Prediction {
  readonly figures: Figures;
  readonly curves: Curves;
}

/** The figures in which a prediction is held against the run. */
const PREDICTED = FIGURE_NAMES.filter((name) => FIGURES[name].predicted === true);

/** Of one figure, in the unit that `FIGURES` has for it. */
export interface FigureError {
  readonly name: FigureName;
  readonly unit: string;
  readonly predicted: number | null;
  readonly measured: number | null;
  /** how far the prediction was off, in percent of what was measured: above 0 when it was too high; null when either is not known */
  readonly errorPercent: number | null;
}

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
    /** how many bins of 100 ms each curve has */
    bins: z.int().min(1).max(MAX_BINS),
    /** by series, pairs [bin, count]; all other bins hold 0 */
    counts: someNamed(SERIES, z.array(z.tuple([z.int(), z.int()]))),
  }),
});

/** What prediction.json holds. */
export function predictionText({ figures, curves }: Prediction): string {
  // Curves are what they gained since there was nothing.
  const counts = new CurveDiff().take(curves);
  return `${JSON.stringify({ ...STAMP, world: 'sim', figures, curves: { bins: curves.bins, counts } })}\n`;
}

/** The prediction that a run was made with; null when there was none, or it is damaged, which `warnings` says. */
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
