import type { Curves } from './curves.ts';
import { LOST, outOf } from './lost.ts';
import { BIN_MS } from '../core/metrics.ts';
import type { Failures, Latency, UnderWay } from './timing.ts';

/**
 * The recoveries under way: clients that are lost, and neither ready again, nor stopped, nor counted as not back.
 *
 * Curves do not say who is out. The youngest ages that fit them are those of the clients lost last, so each age is one
 * that some client has reached at least.
 *
 * @param failures of the timing `recovery`
 */
export function recoveriesUnderWay(curves: Curves, elapsedMs: number, failures: Failures): UnderWay {
  // Counted when somebody asks: the curves of a long run are gone through for it.
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
