import { TIMINGS, words, type TimingName } from '../../core/metrics.ts';
import type { Ranked } from '../../metrics/timing.ts';
import type { Summary } from '../../results/summary.ts';
import { clean } from '../clean.ts';
import { durationText } from '../format.ts';
import { wrap } from '../wrap.ts';
import { COLUMNS, LABEL_COLUMNS } from './columns.ts';
import type { Paint } from './paint.ts';

/** Maximum number of reasons beside a timing; summary.json has all. */
const REASONS_MAX = 5;

/** One row per timing with its failures beside it, since a failure has no latency. */
export function timingLines({ timings }: Summary, paint: Paint): readonly string[] {
  const used = usedTimings(timings);
  return [
    paint('title', row(['', 'count', 'failed', 'p50', 'p90', 'p99', 'p99.9', 'max'])),
    ...used.flatMap(([name, timing]) => timingRows(name, timing)),
  ];
}

/** The figures of one timing that was recorded. */
export type TimingFigures = NonNullable<Summary['timings'][TimingName]>;

/** The timings that have any data. */
export function usedTimings(timings: Summary['timings']): readonly (readonly [TimingName, TimingFigures])[] {
  return TIMINGS.flatMap((name) => {
    const timing = timings[name];
    return timing !== null && (timing.count > 0 || failed(timing) > 0) ? [[name, timing] as const] : [];
  });
}

function timingRows(name: TimingName, timing: TimingFigures): readonly string[] {
  const { count, p50Ms, p90Ms, p99Ms, p999Ms, maxMs } = timing;
  const figures = [p50Ms, p90Ms, p99Ms, p999Ms, maxMs].map(durationText);
  const all = [timing.all.p50Ms, timing.all.p90Ms, timing.all.p99Ms, timing.all.p999Ms, timing.all.maxMs];
  return [
    row([words(name), String(count), String(failed(timing)), ...figures]),
    ...reasons(timing.failures),
    ...(hasOthers(timing) ? [row([`  ${ALL_LABEL}`, String(triedIn(timing)), '', ...all.map(rankedText)])] : []),
  ];
}

/** The label of the row below a timing's successes: all attempts, with failures counted as slowest. */
export const ALL_LABEL = 'of all tried';

/** True when some attempts failed, so that the quantiles with and without failures differ. */
export function hasOthers(timing: TimingFigures): boolean {
  return triedIn(timing) > timing.count;
}

export function triedIn(timing: TimingFigures): number {
  return timing.count + failed(timing) + timing.unfinished;
}

export function rankedText(ranked: Ranked): string {
  return ranked === 'never' ? ranked : durationText(ranked);
}

function reasons(failures: Readonly<Record<string, number>>): readonly string[] {
  const sorted = Object.entries(failures).toSorted(([, a], [, b]) => b - a);
  if (sorted.length === 0) return [];
  const shown = sorted.slice(0, REASONS_MAX).map(([reason, n]) => `${clean(reason, 40)} ${n}`);
  if (sorted.length > REASONS_MAX) shown.push(`${sorted.length - REASONS_MAX} more reasons`);
  const indent = ' '.repeat(LABEL_COLUMNS + 2);
  return wrap(`${indent}failed: ${shown.join(', ')}`, COLUMNS, `${indent}  `);
}

export function failed({ failures }: { readonly failures: Readonly<Record<string, number>> }): number {
  return Object.values(failures).reduce((sum, n) => sum + n, 0);
}

function row([label = '', ...cells]: readonly string[]): string {
  return `${label.padEnd(LABEL_COLUMNS + 2)}${cells.map((cell) => cell.padStart(9)).join('')}`;
}
