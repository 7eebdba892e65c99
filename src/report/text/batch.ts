import type { Summary } from '../../results/summary.ts';
import type { Figures } from '../../storm/figures.ts';
import { clean } from '../clean.ts';
import { durationText, NOTHING, timeText } from '../format.ts';
import { COLUMNS } from './columns.ts';
import { figureCell } from './figures.ts';
import { painter, type Paint } from './paint.ts';
import { expectationText, VERDICT_STYLE } from './verdict.ts';
import { wrap } from '../wrap.ts';

/** The outcome of one scenario of a batch; also its form in --json. */
export interface BatchRow {
  readonly file: string;
  readonly scenario: string;
  /** `refused`: nothing was started; `skipped`: its expectation is for the other world */
  readonly outcome: 'ran' | 'refused' | 'skipped';
  /** whether it ended as expected; null for a skipped scenario, or a run that ended early */
  readonly met: boolean | null;
  /** why the scenario was refused or skipped */
  readonly reason: string | null;
  /** its results folder */
  readonly results: string | null;
  readonly figures: Figures | null;
  readonly summary: Summary | null;
}

const FIGURE_WIDTHS = [9, 8, 7, 9] as const;
const VERDICT_COLUMNS = 14;
const EXPECTATION_COLUMNS = 8;
const NAME_COLUMNS =
  COLUMNS - VERDICT_COLUMNS - EXPECTATION_COLUMNS - FIGURE_WIDTHS.reduce((sum, width) => sum + width, 0);
const REASON_INDENT = '    ';

/** Many scenarios in one table: verdict and expectation of each, with the reasons below. */
export function batchReport(rows: readonly BatchRow[], planned: number, colour: boolean): string {
  const paint = painter(colour);
  const heads = cells(['peak', 't95', 'dup', 'duration']);
  return `${[
    paint('title', `${lead('scenario', 'verdict', 'expected')}${heads}`),
    ...rows.flatMap((row) => rowLines(row, paint)),
    '',
    batchTotalsLine(rows, planned),
  ].join('\n')}\n`;
}

/** The outcome of one scenario in a few words. */
export function endingOf({ outcome, summary, met }: BatchRow): string {
  const ended = summary?.verdict ?? outcome;
  if (met === null) return ended;
  return `${ended}, ${met ? 'as expected' : 'not as expected'}`;
}

function rowLines(row: BatchRow, paint: Paint): readonly string[] {
  const { scenario, outcome, met, figures, summary } = row;
  const name = clean(scenario);
  const expectation = met === null ? NOTHING : met ? 'met' : 'NOT MET';
  const verdict = summary?.verdict ?? outcome;
  const [style, tone] = [
    summary === null ? 'doubt' : VERDICT_STYLE[summary.verdict],
    met === null ? 'doubt' : met ? 'good' : 'bad',
  ] as const;
  // A name longer than its column gets its own line.
  const named =
    name.length < NAME_COLUMNS
      ? name.padEnd(NAME_COLUMNS)
      : `${wrap(name, COLUMNS, '  ').join('\n')}\n${' '.repeat(NAME_COLUMNS)}`;
  const painted = [
    named,
    paint(style, verdict.padEnd(VERDICT_COLUMNS)),
    paint(tone, expectation.padEnd(EXPECTATION_COLUMNS)),
  ].join('');
  const numbers = cells(summary === null ? [] : figureCells(figures, summary));
  return [
    `${painted}${numbers}`.trimEnd(),
    ...reasonsOf(row).flatMap((reason) => wrap(`${REASON_INDENT}${clean(reason, 400)}`, COLUMNS, REASON_INDENT)),
  ];
}

function figureCells(figures: Figures | null, { durationMs }: Summary): readonly string[] {
  return [
    figureCell(figures?.peakAttemptsPerSecond ?? null, 'per-second'),
    durationText(figures?.t95RecoveryMs ?? null),
    figureCell(figures?.duplicated ?? null, 'count'),
    timeText(durationMs),
  ];
}

/** Reasons, notes and, if it was not met, the expectation. */
export function reasonsOf({ reason, summary, met }: BatchRow): readonly string[] {
  const expectation = summary?.expectation;
  return [
    ...(reason === null ? [] : [reason]),
    ...(summary?.reasons ?? []),
    ...(summary?.notes ?? []).map((note) => `note: ${note}`),
    ...(met === false && expectation ? [`expected: ${expectationText(expectation)}`] : []),
  ];
}

/** `46 of 49 ended as expected, 1 did not, 2 skipped`. */
export function batchTotalsLine(rows: readonly BatchRow[], planned: number): string {
  const count = (met: boolean): number => rows.filter((row) => row.met === met).length;
  const skipped = rows.filter(({ outcome }) => outcome === 'skipped').length;
  const undone = planned - rows.length;
  return [
    `${count(true)} of ${planned} ended as expected`,
    ...(count(false) === 0 ? [] : [`${count(false)} did not`]),
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
    ...(undone === 0 ? [] : [`${undone} not begun`]),
  ].join(', ');
}

function lead(name: string, verdict: string, expectation: string): string {
  return `${name.padEnd(NAME_COLUMNS)}${verdict.padEnd(VERDICT_COLUMNS)}${expectation.padEnd(EXPECTATION_COLUMNS)}`;
}

function cells(values: readonly string[]): string {
  return values.map((value, index) => value.padStart(FIGURE_WIDTHS[index] ?? 0)).join('');
}
