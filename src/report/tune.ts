import { NOTHING } from './format.ts';
import type { Tried, Tuning } from '../compare/tuning.ts';
import { FIGURES } from '../storm/figures.ts';
import { clean } from './clean.ts';
import { COLUMNS, labelled } from './text/columns.ts';
import { readingText } from './text/contests.ts';
import { painter, type Paint } from './text/paint.ts';
import { confirmationText, islandsText, tradedFigures, tuningAnswer, tuningDesign } from './tuning-words.ts';
import { wrap } from './wrap.ts';

interface TuneReport {
  readonly tuning: Tuning;
  /** its folder; null when nothing was kept */
  readonly dir: string | null;
  readonly colour: boolean;
}

const VALUE_COLUMNS = 12;
const PASSED_COLUMNS = 9;
const CELL_COLUMNS = 11;
/** So many figures fit beside one another. */
const CELLS_MAX = Math.floor((COLUMNS - VALUE_COLUMNS - PASSED_COLUMNS) / CELL_COLUMNS);
/** Their labels, in a narrow column. */
const SHORT_LABELS: Readonly<Partial<Record<string, string>>> = {
  'peak attempts': 'attempts',
  'spike factor': 'spike',
  't95 recovery': 't95',
  amplification: 'amplif.',
  'peak refreshes': 'refreshes',
  'lost commands': 'lost',
};

/** What tuning came to, for people, for a terminal of 80 columns: the value, why, and the trade-off curve. */
export function tuneReport({ tuning, dir, colour }: TuneReport): string {
  const paint = painter(colour);
  const { scenario, scenarioDescription, found, live } = tuning;
  const sections = [
    [
      `${paint('title', 'TUNING')}  ${paint('title', clean(scenario))}`,
      ...(scenarioDescription === '' ? [] : wrap(clean(scenarioDescription, COLUMNS * 5), COLUMNS)),
      ...wrapped(tuningDesign(tuning), 'quiet', paint),
    ],
    wrapped(tuningAnswer(tuning), found === null ? 'bad' : 'good', paint),
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

/** The trade-off: one row a value, the medians of its seeds. */
function curveTable(tuning: Tuning, paint: Paint): readonly string[] {
  const { tried, found } = tuning;
  const shown = tradedFigures(tuning).slice(0, CELLS_MAX);
  const cells = (each: Tried): readonly string[] =>
    shown.map((name) => {
      const { median } = each.figures[name];
      return median === null ? NOTHING : readingText(median, FIGURES[name].unit);
    });
  const labels = shown.map((name) => SHORT_LABELS[FIGURES[name].label] ?? FIGURES[name].label);
  return [
    paint('title', row('value', 'passed', labels)),
    ...tried.map((each) => {
      const mark = each.value === found ? ' *' : '';
      const line = row(`${each.value}${mark}`, `${each.runs.passed} of ${each.runs.done}`, cells(each));
      return paint(each.meets ? 'good' : 'bad', line);
    }),
  ];
}

function row(value: string, passed: string, cells: readonly string[]): string {
  const padded = cells.map((cell) => cell.padStart(CELL_COLUMNS)).join('');
  return `${value.padEnd(VALUE_COLUMNS)}${passed.padStart(PASSED_COLUMNS)}${padded}`;
}
