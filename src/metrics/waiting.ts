import type { Curves } from './curves.ts';
import { LOST, outOf } from './lost.ts';
import { BIN_MS } from '../core/metrics.ts';
import type { Latency } from './rank.ts';
import type { Failures, UnderWay } from './timing.ts';

/**
 * The recoveries under way, of lost clients that are neither ready again, nor stopped, nor counted as not back.
 *
 * Curves do not show which clients are out. The ages are those of the latest losses, which are lower bounds of the actual
 * ages.
 *
 * @param failures failures of the timing `recovery`
 */
export function recoveriesUnderWay(curves: Curves, elapsedMs: number, failures: Failures): UnderWay {
  // Computed on demand, because it reads all curves of the run.
  let known: number | null = null;
  const count = (): number =>
    (known ??= Math.max(0, outOf(curves) - curves.total('abandoned') - (failures.get('not-back') ?? 0)));
  return {
    get count() {
      return count();
    },
    ages: () => youngest(curves, elapsedMs, count()),
  };
}

function youngest(curves: Curves, elapsedMs: number, count: number): readonly Latency[] {
  const lost = curves.sum(LOST);
  const ages: Latency[] = [];
  let left = count;
  for (let bin = lost.length - 1; bin >= 0 && left > 0; bin--) {
    const n = Math.min(left, lost[bin]!);
    if (n <= 0) continue;
    ages.push({ ms: Math.max(0, elapsedMs - (bin + 1) * BIN_MS), count: n });
    left -= n;
  }
  return ages;
}
