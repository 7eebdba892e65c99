import { COMPARED } from '../../compare/readings.ts';
import type { Tuning } from '../../compare/tuning.ts';
import { kebab } from '../../core/kebab.ts';
import { csvRows } from './rows.ts';

/** The trade-off for a spreadsheet or a script: a row for each value, with the medians of its figures. */
export function csvTuning({ tried }: Tuning): string {
  return csvRows(
    ['value', 'size', 'runs', 'passed', 'inconclusive', ...COMPARED.map((name) => kebab(name).replaceAll('-', '_'))],
    tried.map(({ value, size, runs, figures }) => [
      value,
      size,
      runs.done,
      runs.passed,
      runs.inconclusive,
      ...COMPARED.map((name) => figures[name].median),
    ]),
  );
}
