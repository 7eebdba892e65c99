import type { FaultOutcome } from '../core/fault/outcome.ts';
import type { Outcome } from '../metrics/run.ts';

/**
 * Whether a planned fault missed so much that what was planned was not tested: it met nobody, hit nobody, or missed what
 * concerns any number of clients, such as a gateway or a user.
 */
export function isUntested(fault: FaultOutcome): boolean {
  const { injected, planned, hit, hitsOneClient } = fault;
  if (injected || planned === 0) return !injected;
  return isBelowPlan(fault) && (hit === 0 || !hitsOneClient);
}

/** Whether a planned fault missed some of its clients, and more than `atLeast` allows, so that thresholds consider them. */
export function hasMissed(fault: FaultOutcome): boolean {
  return !fault.injected && isBelowPlan(fault) && !isUntested(fault);
}

function isBelowPlan({ planned, hit, atLeast }: FaultOutcome): boolean {
  return hit < planned * atLeast;
}

/** The faults whose misses count: those of a run that reached its end; an aborted one may not have reached them. */
export function weighedFaults({ ended, faults }: Pick<Outcome, 'ended' | 'faults'>): readonly FaultOutcome[] {
  return ended === 'completed' ? faults : [];
}

/** The number of hits that were planned and did not happen, of faults that missed more clients than they may. */
export function missedBy(faults: readonly FaultOutcome[]): number {
  return faults.filter(hasMissed).reduce((sum, { planned, hit }) => sum + planned - hit, 0);
}

/** The number of clients that a fault hit, and why it missed the others. */
export function missReason({ label, atMs, planned, hit, missed, atLeast }: FaultOutcome): string {
  const where = `the fault \`${label}\` at ${atMs / 1000} s`;
  if (planned === 0) return `${where} met nobody`;
  const why = Object.entries(missed).map(([reason, n]) => `${n} ${reason}`);
  const reasons = why.length === 0 ? '' : ` (${why.join(', ')})`;
  return `${where} hit ${hit} of ${planned}${reasons}${atLeast < 1 ? `, at least ${Number((atLeast * 100).toPrecision(4))}% were needed` : ''}`;
}
