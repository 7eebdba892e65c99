import type { Comparison, SettingCompared } from '../../compare/comparison.ts';
import { settingText } from '../../compare/recommend.ts';
import { COMPARED, FIGURES } from '../../storm/figures.ts';
import { clean } from '../clean.ts';
import { COLUMNS, labelled } from './columns.ts';
import { comparisonTable, thresholdComparison, type NumberedSetting } from './comparison-tables.ts';
import { painter, type Paint } from './paint.ts';
import { wrap } from '../wrap.ts';

interface CompareReport {
  readonly comparison: Comparison;
  /** its folder; null when nothing was kept */
  readonly dir: string | null;
  readonly colour: boolean;
}

const NUMBER_COLUMNS = 6;
const CELL_COLUMNS = [9, 9, 10] as const;
const SETTING_COLUMNS = COLUMNS - NUMBER_COLUMNS - CELL_COLUMNS.reduce((sum, width) => sum + width, 0);
const SETTING_CHARS_MAX = 400;
/** Extra pairs to plan when runs were inconclusive or lacked a figure. */
const SPARE_PAIRS = 2;

/** The text report of a comparison, 80 columns wide: the recommendation, its reasons, then the figures. */
export function compareReport({ comparison, dir, colour }: CompareReport): string {
  const { scenario, scenarioDescription, settings, recommendation } = comparison;
  const paint = painter(colour);
  const shown = settings.map((setting, index) => ({ number: index + 1, setting }));
  const known = COMPARED.filter((name) => settings.some(({ figures }) => figures[name].runs > 0));
  const unknown = COMPARED.filter((name) => !known.includes(name)).map((name) => FIGURES[name].label);
  const expressions = [
    ...new Set(settings.flatMap(({ thresholds }) => thresholds.map(({ expression }) => expression))),
  ];
  const sections = [
    [
      `${paint('title', 'COMPARISON')}  ${paint('title', clean(scenario))}`,
      ...(scenarioDescription === '' ? [] : wrap(clean(scenarioDescription, COLUMNS * 5), COLUMNS)),
      ...wrap(designText(comparison), COLUMNS, '  ').map((line) => paint('quiet', line)),
    ],
    wrap(clean(recommendation.text, COLUMNS * 20), COLUMNS, '  ').map((line) =>
      paint(recommendation.setting === null ? 'doubt' : 'good', line),
    ),
    settingTable(shown, comparison, paint),
    ...expressions.map((expression) => thresholdComparison(expression, shown, paint)),
    ...known.map((name) => comparisonTable(name, shown, comparison, paint)),
    [
      ...(unknown.length > 0 ? wrap(`without data in every run: ${unknown.join(', ')}`, COLUMNS, '  ') : []),
      ...notes(comparison)
        .flatMap((note) => wrap(note, COLUMNS, '  '))
        .map((line) => paint('quiet', line)),
    ],
    dir === null ? [] : [labelled('results', dir)],
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

const RUNS = { live: 'live runs', sim: 'simulations', both: 'live runs and simulations' } as const;

/** The design of the comparison in one sentence. */
export function designText({ settings, pairs, seed, world, design, ended }: Comparison): string {
  const early = ended === 'completed' ? '' : 'interrupted; up to then: ';
  const done = settings.reduce((sum, { runs }) => sum + runs.done, 0);
  if (design === 'unpaired' || pairs === null || seed === null) {
    return `${early}${settings.length} settings, ${done} finished ${RUNS[world]}, unpaired`;
  }
  const rounds = Math.max(pairs, ...settings.map(({ runs }) => runs.done));
  const seeds = rounds === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + rounds - 1}`;
  const order = world === 'live' ? ', in turns (A B B A)' : '';
  const more =
    rounds === pairs
      ? ''
      : `; ${rounds - pairs} rounds more than the ${pairs} that were to be, for runs without a verdict`;
  return `${early}${settings.length} settings, ${done} of ${settings.length * rounds} ${RUNS[world]} with ${seeds}${order}; runs of one seed are a pair${more}`;
}

function settingTable(shown: readonly NumberedSetting[], comparison: Comparison, paint: Paint): readonly string[] {
  const marked = shown.some(({ setting }) => setting.unbeaten) && shown.some(({ setting }) => !setting.unbeaten);
  const byTwos = shown.length > 2 ? ' (each two of them by themselves)' : '';
  const beaten = marked
    ? `* no other setting passes as often and is better by one figure, with evidence, and worse by none${byTwos}`
    : `no setting passes as often as another and is better by one figure, with evidence, and worse by none${byTwos}`;
  return [
    paint('title', settingRow('', 'setting', ['passed', 'failed', 'left out'])),
    ...shown.flatMap((each) => settingRows(each, marked, comparison.recommendation.setting === each.number, paint)),
    ...wrap(beaten, COLUMNS, '  '),
  ];
}

function settingRows(
  { number, setting }: NumberedSetting,
  marked: boolean,
  recommended: boolean,
  paint: Paint,
): readonly string[] {
  const { runs, varied } = setting;
  const [first = '', ...rest] = wrap(clean(settingText(varied), SETTING_CHARS_MAX), SETTING_COLUMNS, '  ');
  const failed = runs.conclusive - runs.passed;
  const counts = [runs.passed, failed, leftOutRuns(runs)].map(String);
  const line = settingRow(`#${number}${marked && setting.unbeaten ? ' *' : ''}`, first, counts);
  return [
    recommended ? paint('good', line) : line,
    ...rest.map((more) => settingRow('', more, []).trimEnd()),
    ...[...openLines(setting), ...leftOutLines(setting)].map((text) => paint('doubt', text)),
  ];
}

/** The number of runs that are in no figure. */
export function leftOutRuns({ done, conclusive, open }: SettingCompared['runs']): number {
  return done - conclusive - open;
}

/** Runs without a verdict that count in every figure; null: there are none. */
export function openRunsText({ runs: { open } }: Pick<SettingCompared, 'runs'>): string | null {
  return open === 0 ? null : `${open} left open by squall's own lateness: in every figure, as offered and as intended`;
}

function openLines(setting: SettingCompared): readonly string[] {
  const text = openRunsText(setting);
  const indent = ' '.repeat(NUMBER_COLUMNS);
  return text === null ? [] : wrap(`${indent}${text}`, COLUMNS, `${indent}  `);
}

function leftOutLines({ leftOut }: SettingCompared): readonly string[] {
  const indent = ' '.repeat(NUMBER_COLUMNS);
  return leftOut.flatMap(({ reason, runs }) =>
    wrap(`${indent}${runs} left out: ${clean(reason, 400)}`, COLUMNS, `${indent}  `),
  );
}

function settingRow(number: string, setting: string, counts: readonly string[]): string {
  const cells = counts.map((count, index) => count.padStart(CELL_COLUMNS[index] ?? 0)).join('');
  return `${number.padEnd(NUMBER_COLUMNS)}${setting.padEnd(SETTING_COLUMNS)}${cells}`;
}

const VIEWS_NOTE =
  'Each test was made twice, with what squall offered and with what it intended, which leaves its own lateness out; p is the larger one. ' +
  'A difference is stated where both show it; open: squall’s own lateness leaves it open. A row “as intended” stands where it makes a visible difference.';

/** Notes on how to read the tables. */
export function notes({
  design,
  level,
  tests,
  settings,
  needs,
  pairs,
  ended,
  conclusive,
}: Comparison): readonly string[] {
  const contests = settings.flatMap(({ against }) => Object.values(against ?? {}));
  const test =
    design === 'paired'
      ? 'sign-flip test over the pairs (beyond 14 of them by a sample of the signs)'
      : 'Mann-Whitney test (adjusted by a sample of the groupings where there are more than 50,000)';
  return [
    ...(tests.made === 0
      ? []
      : [
          `p: exact two-sided ${test}, adjusted for all figures of that setting (closed test over whole runs): should it do ` +
            `the same as #1, any finding in its rows has a chance of ${level * 100} % at most; intervals are each by itself. ~ is no evidence of a ` +
            `difference. Of ${tests.made} tests ${tests.evident} found one.`,
        ]),
    ...(contests.some((each) => each?.by === 'difference')
      ? ['+ and −: the difference to #1 in place of a ratio, where a run had 0.']
      : []),
    ...(contests.some((each) => each?.by === 'order')
      ? ['Without a number to #1: some run had no storm, or no end of it, and only the order counts.']
      : []),
    ...(settings.some(({ intended }) => intended !== null) ? [VIEWS_NOTE] : []),
    ...(pairs !== null &&
    pairs >= needs &&
    ended === 'completed' &&
    (!conclusive || settings.some(({ runs }) => runs.conclusive + runs.open < needs))
      ? [`Some tests lack runs with a verdict: ${pairs + SPARE_PAIRS} pairs (--pairs) would leave some to spare.`]
      : []),
    ...(pairs !== null && pairs < needs ? [`Fewer than ${needs} pairs can show no difference: --pairs ${needs}.`] : []),
  ];
}
