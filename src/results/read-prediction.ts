import { join } from 'node:path';
import { z } from 'zod';
import { Curves, MAX_BINS } from '../metrics/curves.ts';
import { SERIES } from '../core/metrics.ts';
import { FIGURE_NAMES } from '../storm/figures.ts';
import { applyChanges } from './curve-changes.ts';
import { FILES } from './files.ts';
import { readText } from './read-text.ts';
import { foreignDocument } from './foreign.ts';
import { named, someNamed } from './named.ts';
import { stampSchema } from './format.ts';
import type { Prediction } from './prediction.ts';

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
