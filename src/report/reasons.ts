import type { Summary } from '../results/summary.ts';

/** The reasons of a verdict except those of thresholds, which reports show elsewhere. */
export function otherReasons({ reasons, thresholds }: Pick<Summary, 'reasons' | 'thresholds'>): readonly string[] {
  return reasons.filter((reason) => !thresholds.some(({ expression }) => reason.startsWith(`${expression}:`)));
}
