import type { Comparison, ComparisonTest, Reading, SettingCompared, Span } from '../../compare/comparison.ts';
import type { ThresholdTally } from '../../results/seeds-summary.ts';
import { parseExpression } from '../../threshold/expression.ts';
import type { Measure } from '../../scenario/threshold-expression.ts';
import { printQuantity } from '../../threshold/quantity.ts';
import { type ComparedName, FIGURES, type FigureUnit } from '../../storm/figures.ts';
import { differVisibly, durationsDiffer } from '../../metrics/visible.ts';
import { clean } from '../clean.ts';
import { countText, durationIn, NOTHING } from '../format.ts';
import { rowLines } from './columns.ts';
import { figureCell } from './figures.ts';
import type { Paint } from './paint.ts';

const LABEL_COLUMNS = 18;
/** Smallest number that is shortened, to 12.3k or 1.25M. */
const COMPACT_FROM = 10_000;
/** widths of: median, its interval, ratio to the first setting, its interval, p */
const CELL_COLUMNS = [10, 20, 10, 15, 7] as const;

/** A setting with its number, from 1, which every table shows. */
export interface NumberedSetting {
  readonly number: number;
  readonly setting: SettingCompared;
}

/** A table of one figure: the median of each setting, compared with the first setting. */
export function comparisonTable(
  name: ComparedName,
  shown: readonly NumberedSetting[],
  { needs, design }: Comparison,
  paint: Paint,
): readonly string[] {
  const { label, unit } = FIGURES[name];
  const longestMs = longestOf(shown.flatMap(({ setting }) => spansOf(setting, name)));
  const rows = shown.flatMap((each) => {
    const contest = each.setting.against?.[name] ?? null;
    const span = spanCells(each.setting.figures[name], (value) => valueText(value, unit, longestMs));
    const cells = contest === null ? [] : comparisonCells(contest, unit, `needs ${needs} ${UNITS[design]}`);
    const style = styleOf(contest);
    return [
      ...row(rowLabel(each), [...span, ...cells]).map((line) => (style === null ? line : paint(style, line))),
      ...intendedRow(each.setting, name, (value) => valueText(value, unit, longestMs)),
    ];
  });
  return [paint('title', row(label, ['median', '95 % interval', 'to #1', '95 % interval', 'p']).join('\n')), ...rows];
}

/** The label of a row of figures without squall's own lateness. */
export const INTENDED_LABEL = 'as intended';

/** The figure without squall's own lateness, where that is visibly another one. */
function intendedRow(
  setting: SettingCompared,
  name: ComparedName,
  print: (value: Reading) => string,
): readonly string[] {
  const intended = visiblyIntended(setting, name);
  if (intended === null) return [];
  const difference = setting.against?.[name]?.intended ?? null;
  const cells = difference === null ? [] : differenceCells(difference, FIGURES[name].unit);
  return row(`  ${INTENDED_LABEL}`, [...spanCells(intended, print), ...cells]);
}

/** The span of a figure without squall's own lateness; null where its median is not visibly another one. */
export function visiblyIntended({ figures, intended }: SettingCompared, name: ComparedName): Span | null {
  return intended === null ? null : visibleSpan(figures[name], intended[name], FIGURES[name].unit === 'ms');
}

/** The intended span if its median visibly differs from the offered one. */
export function visibleSpan(offered: Span, intended: Span | null, isDuration: boolean): Span | null {
  if (intended === null) return null;
  const [one, other] = [offered.median, intended.median];
  if (typeof one !== 'number' || typeof other !== 'number') return one === other ? null : intended;
  return (isDuration ? durationsDiffer(one, other) : differVisibly(one, other)) ? intended : null;
}

/** A table of one threshold: the runs in which it held, and the values of its metric, for each setting. */
export function thresholdComparison(
  expression: string,
  shown: readonly NumberedSetting[],
  paint: Paint,
): readonly string[] {
  const findIn = ({ setting }: NumberedSetting) => setting.thresholds.find((each) => each.expression === expression);
  const print = thresholdPrinter(
    expression,
    shown.flatMap((each) => findIn(each)?.values ?? []),
  );
  const rows = shown.flatMap((each) => {
    const found = findIn(each);
    if (found === undefined) return [];
    const { style, text } = heldTally(found);
    const isDuration = parseExpression(expression).limit.measure === 'duration';
    const intended = visibleSpan(found.values, found.intended, isDuration);
    return [
      ...row(rowLabel(each), [...spanCells(found.values, print), text]).map((line) => paint(style, line)),
      ...(intended === null ? [] : row(`  ${INTENDED_LABEL}`, spanCells(intended, print))),
    ];
  });
  const heads = ['95 % interval', 'held'].map((text, nth) => text.padStart(CELL_COLUMNS[nth + 1] ?? 0)).join('');
  const labelColumns = LABEL_COLUMNS + CELL_COLUMNS[0] - 'median'.length;
  return [paint('title', rowLines(clean(expression), labelColumns, `median${heads}`).join('\n')), ...rows];
}

/** Makes a printer for values of a threshold, in the unit of its limit; durations of one table share a unit. */
export function thresholdPrinter(expression: string, all: readonly Span[]): (value: Reading) => string {
  const { measure } = parseExpression(expression).limit;
  const longestMs = longestOf(all);
  return (value) => {
    if (typeof value !== 'number') return value;
    return measure === 'duration' ? durationIn(value, longestMs) : compactQuantity(value, measure);
  };
}

/** The unit of evidence, in words: pairs or runs. */
export const UNITS = { paired: 'pairs', unpaired: 'runs of each' } as const;

/** Number and values of a setting; the paths stand in the first table. */
export function settingLabel(number: number, varied: SettingCompared['varied']): string {
  return `#${number} ${varied.map(({ value }) => value).join(', ')}`;
}

function rowLabel({ number, setting }: NumberedSetting): string {
  return clean(settingLabel(number, setting.varied));
}

/** The number of runs in which a threshold held, with its style. */
export function heldTally({
  passed,
  failed,
  noData,
  open,
}: Omit<ThresholdTally, 'expression'> & { readonly open: number }) {
  const style = failed > 0 ? 'bad' : passed === 0 || noData + open > 0 ? 'doubt' : 'good';
  const left = open === 0 ? '' : `, ${open} open`;
  return { style, text: `${passed} of ${passed + failed + noData + open}${left}` } as const;
}

/** Median, and its interval. */
export function spanCells({ median, low, high }: Span, print: (value: Reading) => string): readonly string[] {
  if (median === null) return [NOTHING, ''];
  return [print(median), low === null || high === null ? '' : `${print(low)} … ${print(high)}`];
}

/** Ratio or difference to the first setting, its interval, and p; without an interval, the number of runs needed. */
export function comparisonCells(contest: ComparisonTest, unit: FigureUnit, needs: string): readonly string[] {
  const { adjustedP, evidence } = contest;
  const [estimate, interval] = differenceCells(contest, unit);
  if (evidence === 'too few') return [estimate, needs];
  if (evidence === 'open') return [estimate, interval, 'open'];
  return [estimate, interval, `${evidence === 'none' ? '~' : ''}${pText(adjustedP)}`];
}

/** Ratio or difference to the first setting, and its interval. */
export function differenceCells(
  { by, value, low, high }: Pick<ComparisonTest, 'by' | 'value' | 'low' | 'high'>,
  unit: FigureUnit,
): readonly [estimate: string, interval: string] {
  const print = (x: number): string => (by === 'ratio' ? `×${threeDigits(x)}` : signed(x, unit));
  const end = (x: number): string => (by === 'ratio' ? threeDigits(x) : signed(x, unit));
  const interval = low === null || high === null ? '' : `${end(low)}…${end(high)}`;
  return [value === null ? NOTHING : print(value), interval];
}

/** A figure as a number, or as a word that ranks above or below every number. */
export function valueText(value: Reading, unit: FigureUnit, longestMs?: number): string {
  return typeof value === 'number' ? compactCell(value, unit, longestMs) : value;
}

/** The spans of a figure that a table shows of a setting. */
export function spansOf(setting: SettingCompared, name: ComparedName): readonly (Span | null)[] {
  return [setting.figures[name], visiblyIntended(setting, name)];
}

/** The largest number of several spans. */
export function longestOf(spans: readonly (Span | null)[]): number {
  const numbers = spans
    .flatMap((span) => (span === null ? [] : [span.median, span.low, span.high]))
    .filter((n) => typeof n === 'number');
  return Math.max(0, ...numbers);
}

/** A difference with its sign. */
function signed(value: number, unit: FigureUnit): string {
  return `${value > 0 ? '+' : value < 0 ? '−' : '±'}${compactCell(Math.abs(value), unit)}`;
}

/** A figure like `figureCell`, in at most six characters. */
function compactCell(value: number, unit: FigureUnit, longestMs?: number): string {
  if (unit === 'client-ms') return compactCell(value / 1000, 'client-seconds');
  if (unit === 'ms' || Math.abs(value) < COMPACT_FROM) return figureCell(value, unit, longestMs);
  return `${countText(value)}${unit === 'per-second' ? '/s' : unit === 'client-seconds' ? 's' : ''}`;
}

function compactQuantity(value: number, measure: Measure): string {
  if (measure !== 'rate' && measure !== 'count') return printQuantity(value, measure);
  return Math.abs(value) < COMPACT_FROM
    ? printQuantity(value, measure)
    : `${countText(value)}${measure === 'rate' ? '/s' : ''}`;
}

function pText(p: number | null): string {
  if (p === null) return NOTHING;
  return p < 0.001 ? '<0.001' : p.toFixed(p < 0.1 ? 3 : 2);
}

function threeDigits(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(1);
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function styleOf(contest: ComparisonTest | null): Parameters<Paint>[0] | null {
  if (contest?.evidence === 'better') return 'good';
  return contest?.evidence === 'worse' ? 'bad' : null;
}

function row(label: string, cells: readonly string[]): readonly string[] {
  const padded = cells.map((cell, index) => ` ${cell}`.padStart(CELL_COLUMNS[index] ?? 0)).join('');
  return rowLines(label, LABEL_COLUMNS, padded);
}
