import { isOpen, verdictOf, type Tuning } from '../../compare/tuning.ts';
import { clean } from '../clean.ts';
import { COLUMNS, labelled } from './columns.ts';
import { painter, type Paint } from './paint.ts';
import { VERDICT_STYLE } from './verdict.ts';
import { confirmationText, islandsText, tradeOffColumns, tuningAnswer, tuningDesign } from '../tuning-words.ts';
import { wrap } from '../wrap.ts';

interface TuneReport {
  readonly tuning: Tuning;
  /** its folder; null when nothing was kept */
  readonly dir: string | null;
  readonly colour: boolean;
}

const VALUE_COLUMNS = 12;
const PASSED_COLUMNS = 9;
/** Minimum width of a column; a longer label widens it. */
const CELL_COLUMNS_LEAST = 9;
const GAP_COLUMNS = 2;

/** The text report of a tuning, 80 columns wide: the value, the reasons, and the trade-off curve. */
export function tuneReport({ tuning, dir, colour }: TuneReport): string {
  const paint = painter(colour);
  const { scenario, scenarioDescription, live } = tuning;
  const sections = [
    [
      `${paint('title', 'TUNING')}  ${paint('title', clean(scenario))}`,
      ...(scenarioDescription === '' ? [] : wrap(clean(scenarioDescription, COLUMNS * 5), COLUMNS)),
      ...wrapped(tuningDesign(tuning), 'quiet', paint),
    ],
    wrapped(tuningAnswer(tuning), VERDICT_STYLE[verdictOf(tuning)], paint),
    wrapped(islandsText(tuning) ?? '', 'doubt', paint),
    curveTable(tuning, paint),
    live.flatMap((each) => wrapped(confirmationText(each), each.verdict === each.expected ? 'good' : 'doubt', paint)),
    dir === null ? [] : [labelled('results', dir)],
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

function wrapped(text: string, style: Parameters<Paint>[0], paint: Paint): readonly string[] {
  return text === '' ? [] : wrap(clean(text, COLUMNS * 10), COLUMNS, '  ').map((line) => paint(style, line));
}

/** The trade-off: one row per value with the medians of its seeds, as many columns as fit. */
function curveTable(tuning: Tuning, paint: Paint): readonly string[] {
  const { tried, found } = tuning;
  let left = COLUMNS - VALUE_COLUMNS - PASSED_COLUMNS;
  const shown = tradeOffColumns(tuning).flatMap((column) => {
    const width = Math.max(CELL_COLUMNS_LEAST, column.label.length) + GAP_COLUMNS;
    left -= width;
    return left < 0 ? [] : { ...column, width };
  });
  const row = (value: string, passed: string, cells: readonly string[]): string => {
    const padded = cells.map((cell, nth) => cell.padStart(shown[nth]?.width ?? 0)).join('');
    return `${value.padEnd(VALUE_COLUMNS)}${passed.padStart(PASSED_COLUMNS)}${padded}`;
  };
  return [
    paint(
      'title',
      row(
        'value',
        'passed',
        shown.map(({ label }) => label),
      ),
    ),
    ...tried.map((each) => {
      const mark = each.value === found ? ' *' : '';
      const cells = shown.map(({ cell }) => cell(each));
      return paint(
        each.meets ? 'good' : isOpen(each) ? 'doubt' : 'bad',
        row(`${each.value}${mark}`, `${each.runs.passed} of ${each.runs.done}`, cells),
      );
    }),
    paint('quiet', 'medians of the runs'),
  ];
}
