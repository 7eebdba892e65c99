import type { Summary } from '../results/summary.ts';

/** Why the verdict is what it is, without what the thresholds say, each of which stands in a place of its own. */
export function otherReasons({ reasons, thresholds }: Pick<Summary, 'reasons' | 'thresholds'>): readonly string[] {
  return reasons.filter((reason) => !thresholds.some(({ expression }) => reason.startsWith(`${expression}:`)));
}
