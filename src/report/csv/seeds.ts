import { settingText } from '../../compare/recommend.ts';
import { kebab } from '../../core/kebab.ts';
import type { SeedsSummary } from '../../results/seeds-summary.ts';
import { FIGURE_NAMES, FIGURES } from '../../storm/figures.ts';
import { csvRows } from './rows.ts';

const HEAD = ['number', 'setting', 'figure', 'unit', 'seeds', 'min', 'median', 'max', 'mean', 'sd'] as const;

/** Many seeds as CSV: a row with the spread of each figure of each setting. */
export function csvSeeds({ settings }: SeedsSummary): string {
  const rows = settings.flatMap(({ varied, figures }, index) =>
    FIGURE_NAMES.map((name) => {
      const { runs, min, median, max, mean, sd } = figures[name];
      return [index + 1, settingText(varied), kebab(name), FIGURES[name].unit, runs, min, median, max, mean, sd];
    }),
  );
  return csvRows(HEAD, rows);
}
