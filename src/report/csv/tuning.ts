import { COMPARED } from '../../storm/figures.ts';
import type { Tuning } from '../../compare/tuning.ts';
import { kebab } from '../../core/kebab.ts';
import { csvRows } from './rows.ts';

/**
 * The trade-off of a tuning as CSV: a row for each value, with the medians of its figures and of its threshold metrics.
 */
export function csvTuning({ tried }: Tuning): string {
  const expressions = (tried[0]?.thresholds ?? []).map(({ expression }) => expression);
  return csvRows(
    [
      'value',
      'size',
      'runs',
      'passed',
      'inconclusive',
      ...COMPARED.map((name) => kebab(name).replaceAll('-', '_')),
      ...expressions,
    ],
    tried.map(({ value, size, runs, figures, thresholds }) => [
      value,
      size,
      runs.done,
      runs.passed,
      runs.inconclusive,
      ...COMPARED.map((name) => figures[name].median),
      ...thresholds.map(({ values }) => values.median),
    ]),
  );
}
