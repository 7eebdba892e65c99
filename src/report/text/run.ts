import type { Measurements } from '../../metrics/measurements.ts';
import type { Summary } from '../../results/summary.ts';
import { clean } from '../clean.ts';
import { curveViewsOf } from '../both-views.ts';
import { COLUMNS, labelled } from './columns.ts';
import { painter } from './paint.ts';
import { predictionLines } from './prediction.ts';
import { stormLines } from './storms.ts';
import { timingLines } from './timings.ts';
import { totalLines } from './totals.ts';
import { verdictLine, verdictLines } from './verdict.ts';
import { wrap } from '../wrap.ts';

interface TextReport {
  readonly summary: Summary;
  readonly measurements: Measurements;
  /** the results folder; null when nothing was kept */
  readonly dir: string | null;
  readonly colour: boolean;
}

/**
 * The text report of a run, 80 columns wide: the verdict, its reasons, then the numbers. Names and reasons from a
 * remote are cleaned.
 */
export function textReport({ summary, measurements, dir, colour }: TextReport): string {
  const paint = painter(colour);
  const warnings = summary.warnings.flatMap((warning) => wrap(`warning: ${clean(warning, 400)}`, COLUMNS, '  '));
  const sections = [
    verdictLines(summary, paint),
    stormLines(summary, curveViewsOf(measurements), paint),
    predictionLines(summary, paint),
    timingLines(summary, paint),
    totalLines(summary),
    warnings,
    [...(dir === null ? [] : [labelled('results', dir)]), verdictLine(summary, paint)],
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}
