import { COUNTS, REPORTED, SUM_SPECS, words } from '../../core/metrics.ts';
import { CONDITION_NAMES } from '../../metrics/conditions.ts';
import type { Summary } from '../../results/summary.ts';
import { figureText } from '../format.ts';

/** A label with its text. */
export type Entry = readonly [label: string, parts: readonly string[]];

/** Conditions that kept clients from working, and accesses that should have been refused; only those that occurred. */
export function conditionEntries({ conditions, counts, targetReported }: Summary): readonly Entry[] {
  const entries = new Map<string, string[]>();
  const add = (label: string, n: number | null, what: string): void => {
    if (n !== null && n > 0) entries.set(label, [...(entries.get(label) ?? []), `${figureText(n)} ${what}`]);
  };
  for (const name of CONDITION_NAMES) add('conditions', conditions.most[name], `at once: ${words(name)}`);
  for (const [name, n] of [
    ...COUNTS.map((each) => [each, inSeconds(each, counts[each])] as const),
    ...REPORTED.map((each) => [each, targetReported[each]] as const),
  ]) {
    const { alarm } = SUM_SPECS[name];
    if (alarm !== undefined) add(alarm[0], n, alarm[1]);
  }
  return [...entries];
}

function inSeconds(name: string, value: number | null): number | null {
  return value !== null && name.endsWith('Ms') ? value / 1000 : value;
}
