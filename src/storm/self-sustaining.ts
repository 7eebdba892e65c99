import { BIN_MS } from '../core/metrics.ts';
import { slidingPeak } from '../metrics/window.ts';
import type { Cause } from './cause.ts';
import { drainsBelow, type Line } from './line.ts';
import type { Population } from './population.ts';
import { sum } from './recovery.ts';
import type { SelfSustaining, Storm } from './storm.ts';

/** Shortest time after its cause at which a storm can be self-sustaining, ms: three times a usual client time-out. */
export const SUSTAINED_AFTER_MS = 60_000;
/** Ratio from which two rates count as equal, because the fullest second exceeds the mean. */
const NEARLY = 0.95;
/** Share of the highest rate so far below which goodput is low. */
export const LOW_GOODPUT = 0.1;

/**
 * Tells whether the storm is kept up by its own retries: it has outlived its cause by at least a minute, is still on, and
 * in the later half of the time since its cause
 *
 * - the mean rate of attempts was at least the gateway's highest rate of ready clients (the fullest second), and
 * - clients became ready at less than a tenth of that rate: the gateway works for clients that have given up.
 *
 * That is a metastable failure as in N. Bronson et al., "Metastable Failures in Distributed Systems", HotOS 2021. A storm
 * that drains at the gateway's full rate is not, however long it takes and however many attempts are refused.
 *
 * @returns null: it is not
 */
export function selfSustaining(
  population: Population,
  storm: Pick<Storm, 'ended' | 'endMs' | 'lost' | 'outlivedCause'>,
  cause: Cause,
  line: Line,
): SelfSustaining | null {
  const afterMs = storm.endMs - cause.endMs;
  if (storm.ended || !storm.outlivedCause || afterMs < SUSTAINED_AFTER_MS) return null;
  const from = Math.ceil((storm.endMs - afterMs / 2) / BIN_MS);
  const perSecond = (bins: Int32Array): number =>
    (sum(bins, from, population.bins) * 1000) / (storm.endMs - from * BIN_MS);
  const attemptsPerSecond = perSecond(population.attempts);
  const shownPerSecond = slidingPeak(population.ready).perSecond;
  if (attemptsPerSecond < NEARLY * shownPerSecond || perSecond(population.ready) >= LOW_GOODPUT * shownPerSecond)
    return null;
  const drains = drainsBelow(line);
  return {
    afterMs,
    after: cause.kind,
    attemptsPerSecond,
    capacityPerSecond: Number.isFinite(line.capacityPerSecond) ? line.capacityPerSecond : null,
    drainsBelow: Number.isFinite(drains) ? Math.floor(drains) : null,
  };
}
