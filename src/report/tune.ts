import type { Confirmation, Tried, Tuning } from '../compare/tuning.ts';
import { COMPARED } from '../compare/readings.ts';
import { FIGURES } from '../storm/figures.ts';
import { clean } from './clean.ts';
import { NOTHING } from './format.ts';
import { COLUMNS, labelled } from './text/columns.ts';
import { readingText } from './text/contests.ts';
import { painter, type Paint } from './text/paint.ts';
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
  const { scenario, scenarioDescription, found, islands, live } = tuning;
  const sections = [
    [
      `${paint('title', 'TUNING')}  ${paint('title', clean(scenario))}`,
      ...(scenarioDescription === '' ? [] : wrap(clean(scenarioDescription, COLUMNS * 5), COLUMNS)),
      ...wrap(designText(tuning), COLUMNS, '  ').map((line) => paint('quiet', line)),
    ],
    wrap(clean(tuningText(tuning), COLUMNS * 10), COLUMNS, '  ').map((line) =>
      paint(found === null ? 'bad' : 'good', line),
    ),
    islands.length === 0
      ? []
      : wrap(
          `Beyond it the thresholds are not met everywhere: not at ${islands.join(', ')}. One edge was found; there are others.`,
          COLUMNS,
          '  ',
        ).map((line) => paint('doubt', line)),
    curveTable(tuning, paint),
    live.flatMap((each) => liveLines(each, paint)),
    dir === null ? [] : [labelled('results', dir)],
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

function designText({ path, range, seeds, tried, ended }: Tuning): string {
  const early = ended === 'completed' ? '' : 'interrupted; up to then: ';
  const { first, planned } = seeds;
  const told = planned === 1 ? `seed ${first}` : `seeds ${first} to ${first + planned - 1}`;
  return `${early}${clean(path)} from ${range[0]} to ${range[1]}: ${tried.length} values, each simulated with ${told}`;
}

/** The answer, in one sentence. */
function tuningText({ path, goal, found, milder, tried, seeds, range, ended }: Tuning): string {
  if (found === null && ended === 'interrupted') return `Interrupted: whether a value of ${path} will do is not known.`;
  if (found === null) return `No value of ${path} from ${range[0]} to ${range[1]} meets the thresholds.`;
  const below = tried.find(({ value }) => value === milder);
  const why =
    below === undefined
      ? `and it is where the range ${goal === 'smallest' ? 'begins' : 'ends'}`
      : `${below.value} does not: ${below.runs.passed} of ${below.runs.done} passed (${below.failed.join(', ')})`;
  const seedsText = seeds.planned === 1 ? 'with its one seed' : `with all ${seeds.planned} seeds`;
  return `Take ${path}=${found}: the ${goal} value that meets the thresholds, ${seedsText}; ${why}.`;
}

/** The trade-off: one row a value, the medians of its seeds. */
function curveTable({ tried, found }: Tuning, paint: Paint): readonly string[] {
  const known = COMPARED.filter((name) => new Set(tried.map(({ figures }) => figures[name].median)).size > 1);
  const shown = known.slice(0, CELLS_MAX);
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

function liveLines({ value, expected, verdict, reasons }: Confirmation, paint: Paint): readonly string[] {
  const told = verdict === null ? 'not run' : verdict === expected ? `${verdict}, as simulated` : verdict;
  const aside = verdict === expected ? '' : ` (simulated: ${expected})`;
  const why = reasons.length === 0 ? '' : `: ${clean(reasons.join('; '), 400)}`;
  const lines = wrap(`live run at ${value}: ${told}${aside}${why}`, COLUMNS, '  ');
  return lines.map((line) => paint(verdict === expected ? 'good' : 'doubt', line));
}

function row(value: string, passed: string, cells: readonly string[]): string {
  const padded = cells.map((cell) => cell.padStart(CELL_COLUMNS)).join('');
  return `${value.padEnd(VALUE_COLUMNS)}${passed.padStart(PASSED_COLUMNS)}${padded}`;
}
