import type { SeedsSummary, SettingSummary } from '../../results/seeds-summary.ts';
import { FIGURE_NAMES, FIGURES } from '../../storm/figures.ts';
import { seedsLine } from '../text/seeds.ts';
import { figureCell } from '../text/figures.ts';
import { code, document, folded, MARKS, table } from './text.ts';

/** Many seeds for a pull request: verdicts and thresholds of each setting, and the folded spread of the figures. */
export function markdownSeeds(summary: SeedsSummary): string {
  const { verdict, scenario, settings } = summary;
  return document([
    [`### ${MARKS[verdict]} squall: ${verdict} – ${code(scenario)}`],
    [seedsLine(summary)],
    table(
      ['', 'setting', 'passed', 'failed', 'inconclusive', 'thresholds that did not always hold'],
      settings.map(cells),
    ),
    folded(
      'Figures: median over the seeds, and least to greatest',
      table(['', ...settings.map((_, index) => `#${index + 1}`)], figureRows(settings)),
    ),
  ]);
}

function cells({ varied, verdict, verdicts, thresholds }: SettingSummary, index: number): readonly string[] {
  const setting = varied.map(({ path, value }) => code(`${path}=${value}`)).join(', ');
  const short = thresholds.filter(({ failed, noData }) => failed + noData > 0);
  return [
    `${MARKS[verdict]} #${index + 1}`,
    setting,
    ...[verdicts.pass, verdicts.fail, verdicts.inconclusive].map(String),
    short.map(({ expression, failed, noData }) => `${code(expression)} (${failed + noData})`).join(', '),
  ];
}

function figureRows(settings: readonly SettingSummary[]): readonly (readonly string[])[] {
  return FIGURE_NAMES.filter((name) => settings.some(({ figures }) => figures[name].runs > 0)).map((name) => [
    FIGURES[name].label,
    ...settings.map(({ figures }) => {
      const longestMs = Math.max(...settings.map((each) => each.figures[name].max ?? 0));
      const { min, median, max } = figures[name];
      const [from, middle, to] = [min, median, max].map((value) => figureCell(value, FIGURES[name].unit, longestMs));
      return min === max ? `${middle}` : `${middle} (${from} to ${to})`;
    }),
  ]);
}
