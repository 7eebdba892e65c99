import { BIN_MS } from '../core/metrics.ts';
import { slidingPeak } from '../metrics/window.ts';
import type { Cause } from './cause.ts';
import { drainsBelow, type Line } from './line.ts';
import type { Population } from './population.ts';
import { sum } from './recovery.ts';
import type { SelfSustaining, Storm } from './storm.ts';

/** A storm is not called self-sustaining sooner after its cause: three times as long as most clients wait for an answer. */
export const SUSTAINED_AFTER_MS = 60_000;
/** Rates of two stretches that are less apart than this share are equal: fullest seconds exceed the mean. */
const NEARLY = 0.95;
/** A tenth of what the gateway has shown that it can do is low goodput. */
export const LOW_GOODPUT = 0.1;

/**
 * Does the storm live on the retries that it causes itself? It does when it has outlived its cause, by at least a
 * minute, is still on, and in the later half of the time since its cause
 *
 * - clients tried to get in at least as fast, on average, as the gateway ever let any in (the fullest second of `ready`), and
 * - those who got in were less than a tenth of that rate: the gateway is kept busy, but not with those who still wait.
 *
 * That is metastable failure as in N. Bronson et al., "Metastable Failures in Distributed Systems", HotOS 2021. A storm
 * that drains at the gateway's full rate is none, however long it takes and however many attempts are refused.
 *
 * @returns null when it does not
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
