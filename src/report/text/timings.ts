import { TIMINGS, words, type TimingName } from '../../core/metrics.ts';
import type { Ranked } from '../../metrics/rank.ts';
import type { Summary } from '../../results/summary.ts';
import { clean } from '../clean.ts';
import { durationText } from '../format.ts';
import { ON_TIME_LABEL, visiblyOnTime } from '../both-views.ts';
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
    ...onTimeNote(timings).map((line) => paint('quiet', line)),
  ];
}

/** Explains the rows without squall's own lateness; empty where there are none. */
export function onTimeNote(timings: Summary['timings']): readonly string[] {
  if (!usedTimings(timings).some(([, timing]) => visiblyOnTime(timing) !== null)) return [];
  return [`${ON_TIME_LABEL}: less all that squall may have been late; the truth lies in between`];
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
  const { count } = timing;
  const figures = quantiles(timing).map(durationText);
  const { all } = timing;
  const onTime = visiblyOnTime(timing);
  const others = hasOthers(timing);
  return [
    row([words(name), String(count), String(failed(timing)), ...figures]),
    ...(onTime === null ? [] : [row([`  ${ON_TIME_LABEL}`, '', '', ...quantiles(onTime).map(durationText)])]),
    ...reasons(timing.failures),
    ...(others ? [row([`  ${ALL_LABEL}`, String(triedIn(timing)), '', ...quantiles(all).map(rankedText)])] : []),
    ...(others && onTime !== null
      ? [row([`  ${ON_TIME_LABEL}`, '', '', ...quantiles(onTime.all).map(rankedText)])]
      : []),
  ];
}

/** The five quantiles of a row, the smallest first. */
export function quantiles<Ms>(of: Readonly<Record<`${'p50' | 'p90' | 'p99' | 'p999' | 'max'}Ms`, Ms>>): readonly Ms[] {
  return [of.p50Ms, of.p90Ms, of.p99Ms, of.p999Ms, of.maxMs];
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
