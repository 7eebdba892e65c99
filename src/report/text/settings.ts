import type { SeedsSummary, SettingSummary } from '../../results/seeds-summary.ts';
import { FIGURES, FIGURE_NAMES, type FigureName } from '../../storm/figures.ts';
import { clean } from '../clean.ts';
import { wrap } from '../wrap.ts';
import { COLUMNS } from './columns.ts';
import { spreadRow, spreadTitle } from './figures.ts';
import type { Paint } from './paint.ts';
import { tallyRow, tallyTitle } from './tallies.ts';
import { VERDICT_STYLE } from './verdict.ts';

/** Maximum number of settings shown; summary.json has all. */
const SETTINGS_SHOWN_MAX = 100;

const NUMBER_COLUMNS = '#10000  '.length;
const CELL_COLUMNS = [9, 9, 14] as const;
const SETTING_COLUMNS = COLUMNS - NUMBER_COLUMNS - CELL_COLUMNS[0] - CELL_COLUMNS[1] - CELL_COLUMNS[2];

/** A setting with its number, from 1, which every table shows. */
interface Numbered {
  readonly number: number;
  readonly setting: SettingSummary;
}

/** The verdicts of each setting, then a table for each threshold and each figure. */
export function settingSections({ settings }: SeedsSummary, paint: Paint): readonly (readonly string[])[] {
  const shown = settings.slice(0, SETTINGS_SHOWN_MAX).map((setting, index) => ({ number: index + 1, setting }));
  const more = settings.length - shown.length;
  const known = FIGURE_NAMES.filter((name) => settings.some(({ figures }) => figures[name].runs > 0));
  const unknown = FIGURE_NAMES.filter((name) => !known.includes(name)).map((name) => FIGURES[name].label);
  return [
    [
      paint('title', verdictRow('', 'setting', ['passed', 'failed', 'inconclusive'])),
      ...shown.flatMap((each) => verdictRows(each, paint)),
      ...(more > 0 ? [`and ${more} more: summary.json has all of them`] : []),
    ],
    ...expressionsOf(shown).map((expression) => thresholdTable(expression, shown, paint)),
    ...known.map((name) => figureTable(name, shown, paint)),
    unknown.length > 0 ? wrap(`without data in every seed: ${unknown.join(', ')}`, COLUMNS, '  ') : [],
  ];
}

function verdictRows({ number, setting }: Numbered, paint: Paint): readonly string[] {
  const { varied, verdict, verdicts } = setting;
  const text = varied.map(({ path, value }) => `${path}=${value}`).join(', ');
  const [first = '', ...rest] = wrap(clean(text), SETTING_COLUMNS, '  ');
  const counts = [verdicts.pass, verdicts.fail, verdicts.inconclusive].map(String);
  return [
    paint(VERDICT_STYLE[verdict], verdictRow(`#${number}`, first, counts)),
    ...rest.map((line) => verdictRow('', line, []).trimEnd()),
  ];
}

function verdictRow(number: string, setting: string, counts: readonly string[]): string {
  const cells = counts.map((count, index) => count.padStart(CELL_COLUMNS[index] ?? 0)).join('');
  return `${number.padEnd(NUMBER_COLUMNS)}${setting.padEnd(SETTING_COLUMNS)}${cells}`;
}

/** The thresholds of all settings, each once; settings may differ in their thresholds. */
function expressionsOf(shown: readonly Numbered[]): readonly string[] {
  return [...new Set(shown.flatMap(({ setting }) => setting.thresholds.map(({ expression }) => expression)))];
}

function thresholdTable(expression: string, shown: readonly Numbered[], paint: Paint): readonly string[] {
  const rows = shown.flatMap((each) => {
    const tally = each.setting.thresholds.find((threshold) => threshold.expression === expression);
    return tally === undefined ? [] : tallyRow(shortLabel(each), tally, paint);
  });
  return [tallyTitle(expression, paint), ...rows];
}

function figureTable(name: FigureName, shown: readonly Numbered[], paint: Paint): readonly string[] {
  const settings = shown.map(({ setting }) => setting);
  return [
    spreadTitle(FIGURES[name].label, paint),
    ...shown.flatMap((each) => spreadRow(clean(shortLabel(each)), name, settings, each.setting)),
  ];
}

/** Number and values of a setting; the paths stand in the first table. */
function shortLabel({ number, setting }: Numbered): string {
  return `#${number} ${setting.varied.map(({ value }) => value).join(', ')}`;
}
