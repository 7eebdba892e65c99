import type { Occurrence } from '../core/fault/occurrence.ts';
import { BIN_MS } from '../core/metrics.ts';
import { HALF_SECOND_BINS, slidingPeak } from '../metrics/window.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { causeOf } from './cause.ts';
import type { Population } from './population.ts';
import { sum } from './recovery.ts';
import { LOW_GOODPUT, SUSTAINED_AFTER_MS } from './self-sustaining.ts';
import type { IntendedStorm, Storm } from './storm.ts';

/**
 * Finds a storm on the token service that is still on at the end of the run, at least a minute after its cause: the
 * requests of more clients than the margin keep failing, and in the later half of that time the service answers less
 * than a tenth of its highest rate so far.
 *
 * It is self-sustaining if the service could answer the regular requests: one a client in each lifetime minus the lead.
 * Otherwise there are too many tokens for the service.
 *
 * @param intended the same clients without squall's own lateness; null: that is not known
 * @returns null: there is none
 */
export function refreshStorm(
  population: Population,
  margin: number,
  occurrences: readonly Occurrence[],
  { tokens, model }: Pick<Scenario, 'tokens' | 'model'>,
  intended: Population | null = null,
): Storm | null {
  const { bins, refreshes, refreshed, elapsedMs } = population;
  const from = failingFrom(population, margin);
  if (from === bins) return null;
  const startMs = from * BIN_MS;
  const peak = slidingPeak(refreshes, from, bins);
  const cause = causeOf(occurrences, peak.atMs + HALF_SECOND_BINS * BIN_MS, 0, { startMs, endMs: startMs });
  const afterMs = elapsedMs - Math.max(cause.endMs, startMs);
  if (afterMs < SUSTAINED_AFTER_MS) return null;
  const half = Math.ceil((elapsedMs - afterMs / 2) / BIN_MS);
  const perSecond = (events: Int32Array): number => (sum(events, half, bins) * 1000) / (elapsedMs - half * BIN_MS);
  const shown = slidingPeak(refreshed).perSecond;
  const requests = perSecond(refreshes);
  if (requests === 0 || perSecond(refreshed) >= LOW_GOODPUT * shown) return null;
  const { lead } = tokens.refresh;
  const leadMs = 'ms' in lead ? lead.ms : lead.fraction * tokens.lifetimeMs;
  const duePerSecond = (population.planned * 1000) / (tokens.lifetimeMs - leadMs);
  const capacity = model.refreshesPerSecond;
  return {
    ...NO_CONNECTIONS,
    kind: 'refresh',
    startMs,
    endMs: elapsedMs,
    ended: false,
    peakAtMs: peak.atMs,
    peakPerSecond: peak.perSecond,
    intended: intended === null ? null : intendedPeak(intended, Math.min(from, failingFrom(intended, margin))),
    failing: population.failing[bins - 1]!,
    outlivedCause: true,
    selfSustaining:
      duePerSecond >= shown
        ? null
        : {
            afterMs,
            after: cause.kind === 'fault' ? 'fault' : 'due',
            attemptsPerSecond: requests,
            capacityPerSecond: Number.isFinite(capacity) ? capacity : null,
            drainsBelow: null,
          },
  };
}

/** The first bin from which on the requests of more clients than the margin fail, up to the end. */
function failingFrom({ bins, failing }: Population, margin: number): number {
  let from = bins;
  while (from > 0 && failing[from - 1]! > margin) from--;
  return from;
}

function intendedPeak({ refreshes, bins }: Population, from: number): IntendedStorm {
  const { atMs, perSecond } = slidingPeak(refreshes, from, bins);
  return { peakAtMs: atMs, peakPerSecond: perSecond, spikeFactor: null, times: null };
}

/** Figures of connections for a storm on the token service. */
const NO_CONNECTIONS = {
  calmPerSecond: null,
  spikeFactor: null,
  t50Ms: null,
  t95Ms: null,
  t99Ms: null,
  t100Ms: null,
  own: { t50Ms: null, t95Ms: null, t99Ms: null, t100Ms: null, watchedMs: 0 },
  sockets: null,
  lost: 0,
  renewals: 0,
  recovered: 0,
  notBack: 0,
  unknown: 0,
  neverReady: 0,
  attemptsPerRecovery: null,
} as const;
