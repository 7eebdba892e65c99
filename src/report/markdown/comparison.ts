import type { Comparison, Reading, SettingCompared } from '../../compare/comparison.ts';
import { COMPARED, type ComparedName, FIGURES } from '../../storm/figures.ts';
import { designText, leftOutRuns, notes, openRunsText } from '../text/comparison.ts';
import {
  comparisonCells,
  heldTally,
  INTENDED_LABEL,
  longestOf,
  valueText,
  spanCells,
  spansOf,
  thresholdPrinter,
  visiblyIntended,
} from '../text/comparison-tables.ts';
import { ANSWER_CHARS, code, document, folded, MARKS, table } from './text.ts';

/** A comparison for a pull request: the recommendation, the passes of each setting, and a table of all figures. */
export function markdownComparison(comparison: Comparison): string {
  const { scenario, settings, recommendation } = comparison;
  const numbers = settings.map((_, index) => `#${index + 1}`);
  const known = COMPARED.filter((name) => settings.some(({ figures }) => figures[name].runs > 0));
  const expressions = [...new Set(settings.flatMap(({ thresholds }) => thresholds.map((each) => each.expression)))];
  return document([
    [`### squall: comparison – ${code(scenario)}`],
    [designText(comparison)],
    [`**${code(recommendation.text, ANSWER_CHARS)}**`],
    table(
      ['', 'setting', 'passed', 'failed', 'left out', ''],
      settings.map((setting, index) => settingCells(setting, index, comparison)),
    ),
    table(
      ['threshold: median, held', ...numbers],
      expressions.map((expression) => [
        code(expression),
        ...settings.map((each) => heldCell(expression, each, settings)),
      ]),
    ),
    table(
      ['figure: median, to #1 (p)', ...numbers],
      known.map((name) => [FIGURES[name].label, ...settings.map((each) => figureCell(name, each, settings))]),
    ),
    folded(
      'How to read it',
      notes(comparison).map((note) => `- ${note}`),
    ),
  ]);
}

function settingCells(
  { varied, runs, leftOut, unbeaten }: SettingCompared,
  index: number,
  { recommendation }: Comparison,
): readonly string[] {
  const recommended = recommendation.setting === index + 1;
  const openRuns = openRunsText({ runs });
  return [
    `#${index + 1}`,
    varied.map(({ path, value }) => code(`${path}=${value}`)).join(', '),
    ...[runs.passed, runs.conclusive - runs.passed, leftOutRuns(runs)].map(String),
    [
      ...(recommended ? [`${MARKS.pass} recommended`] : []),
      unbeaten ? 'unbeaten' : 'beaten',
      ...(openRuns === null ? [] : [openRuns]),
      ...leftOut.map(({ reason, runs: left }) => `${left} left out: ${code(reason)}`),
    ].join('; '),
  ];
}

function heldCell(expression: string, setting: SettingCompared, all: readonly SettingCompared[]): string {
  const findIn = ({ thresholds }: SettingCompared) => thresholds.find((each) => each.expression === expression);
  const found = findIn(setting);
  if (found === undefined) return '';
  const { style, text } = heldTally(found);
  const mark = { good: MARKS.pass, bad: MARKS.fail, doubt: MARKS.inconclusive }[style];
  const spans = all.flatMap((each) => findIn(each)?.values ?? []);
  const [median = ''] = spanCells(found.values, thresholdPrinter(expression, spans));
  return `${mark} ${median}, ${text}`;
}

/** `52/s, ×0.125 (p 0.031) better`. */
function figureCell(name: ComparedName, setting: SettingCompared, all: readonly SettingCompared[]): string {
  const { figures, against } = setting;
  const { unit } = FIGURES[name];
  const longestMs = longestOf(all.flatMap((each) => spansOf(each, name)));
  const print = (value: Reading): string => valueText(value, unit, longestMs);
  const [offered = ''] = spanCells(figures[name], print);
  const intended = visiblyIntended(setting, name);
  const median = intended === null ? offered : `${offered} (${spanCells(intended, print)[0]} ${INTENDED_LABEL})`;
  const contest = against?.[name] ?? null;
  if (contest === null) return median;
  const [estimate = '', , p] = comparisonCells(contest, unit, '');
  const word = contest.evidence === 'better' || contest.evidence === 'worse' ? ` **${contest.evidence}**` : '';
  // A tilde is markup: two of them in a table would strike out the text between them.
  const shown = p === undefined ? '' : ` (p ${p.replace('~', '\\~')})`;
  return `${median}, ${estimate}${shown}${word}`;
}
