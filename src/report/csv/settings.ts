import type { Comparison, Span } from '../../compare/comparison.ts';
import { settingText } from '../../compare/recommend.ts';
import { kebab } from '../../core/kebab.ts';
import type { SeedsSummary } from '../../results/seeds-summary.ts';
import { COMPARED, FIGURE_NAMES, FIGURES } from '../../storm/figures.ts';
import { csvRows, type Cell } from './rows.ts';

const SPREAD_HEAD = ['number', 'setting', 'figure', 'unit', 'seeds', 'min', 'median', 'max', 'mean', 'sd'] as const;

/** Many seeds as CSV: a row with the spread of each figure of each setting. */
export function csvSeeds({ settings }: SeedsSummary): string {
  const rows = settings.flatMap(({ varied, figures }, index) =>
    FIGURE_NAMES.map((name) => {
      const { runs, min, median, max, mean, sd } = figures[name];
      return [index + 1, settingText(varied), kebab(name), FIGURES[name].unit, runs, min, median, max, mean, sd];
    }),
  );
  return csvRows(SPREAD_HEAD, rows);
}

const COMPARISON_HEAD = `
  number setting figure unit runs median low high
  to_first_by to_first to_first_low to_first_high p adjusted_p evidence passed failed no_data
  open intended_median intended_low intended_high intended_to_first
`
  .trim()
  .split(/\s+/);

/** Median and interval; empty cells without data. */
function spanOf(span: Span | null): readonly Cell[] {
  return span === null ? [null, null, null] : [span.median, span.low, span.high];
}

const NO_TEST_CELLS = [null, null, null, null, null, null, null] as const;

/** A comparison as CSV: a row for each figure and each threshold of each setting. */
export function csvComparison({ settings }: Comparison): string {
  const rows = settings.flatMap(({ varied, figures, intended, against, thresholds }, index) => {
    const setting = [index + 1, settingText(varied)];
    return [
      ...COMPARED.map((name): readonly Cell[] => {
        const { runs, median, low, high } = figures[name];
        const { unit } = FIGURES[name];
        const contest = against?.[name];
        const cells = contest
          ? [contest.by, contest.value, contest.low, contest.high, contest.p, contest.adjustedP, contest.evidence]
          : NO_TEST_CELLS;
        return [
          ...setting,
          kebab(name),
          unit,
          runs,
          median,
          low,
          high,
          ...cells,
          null,
          null,
          null,
          null,
          ...spanOf(intended?.[name] ?? null),
          contest?.intended?.value ?? null,
        ];
      }),
      ...thresholds.map(({ expression, values, passed, failed, noData, open, intended: onTime }): readonly Cell[] => {
        const { runs, median, low, high } = values;
        return [
          ...setting,
          expression,
          null,
          runs,
          median,
          low,
          high,
          ...NO_TEST_CELLS,
          passed,
          failed,
          noData,
          open,
          ...spanOf(onTime),
          null,
        ];
      }),
    ];
  });
  return csvRows(COMPARISON_HEAD, rows);
}
