import { occurrencesOf, type Occurrence } from '../core/fault/occurrence.ts';
import type { Measurements } from '../metrics/measurements.ts';
import { BIN_MS } from '../core/metrics.ts';
import { HALF_SECOND_BINS, slidingPeak } from '../metrics/window.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { calmPerSecond, stormMargin } from './calm.ts';
import { causeOf, outlived, type Span } from './cause.ts';
import { lineOf, type Line } from './line.ts';
import { populationOf, triedInVain, type Population } from './population.ts';
import { ownTimes, recoveredAfterMs, sum } from './recovery.ts';
import { refreshStorm } from './refresh-storm.ts';
import { selfSustaining } from './self-sustaining.ts';
import type { Storm } from './storm.ts';
import { stormStretches, type Stretch } from './stretches.ts';

/** The fields of a scenario that the analysis needs: planned faults, waiting lines and token lifetimes. */
export type StormScenario = Pick<Scenario, 'durationMs' | 'faults' | 'model' | 'clients' | 'tokens'>;

/** Finds the storms of a run in order, from its curves alone; of a running one, up to now. */
export function analyse(measurements: Measurements, scenario: StormScenario): readonly Storm[] {
  const population = populationOf(measurements);
  const calm = calmPerSecond(population);
  const line = lineOf(scenario);
  const margin = stormMargin(calm ?? 0, population.planned);
  const stuck = triedInVain(population, population.newcomers, line.retryAfterMs);
  const vain = triedInVain(population, population.neverIn, line.retryAfterMs);
  const occurrences = occurrencesOf(scenario.faults, scenario.durationMs);
  const run: RunData = { occurrences, calm, line, vain };
  const stretches = stormStretches(population, stuck, calm ?? 0, margin, line.retryAfterMs);
  const storms = stretches.map((stretch, i) => {
    const until = stretches[i + 1]?.from ?? population.bins;
    return stormIn(population, stretch, until, run, (stretches[i - 1]?.to ?? 0) * BIN_MS);
  });
  const ofTokens = refreshStorm(population, margin, occurrences, scenario);
  return ofTokens === null ? storms : [...storms, ofTokens].toSorted((a, b) => a.startMs - b.startMs);
}

/** Data that all storms of a run share. */
interface RunData {
  readonly occurrences: readonly Occurrence[];
  readonly calm: number | null;
  readonly line: Line;
  /** newcomers that have tried in vain, at the end of each bin, stopped ones included */
  readonly vain: Int32Array;
}

function stormIn(
  population: Population,
  stretch: Stretch,
  until: number,
  { occurrences, calm, line, vain }: RunData,
  previousEndMs: number,
): Storm {
  const { kind, from, to } = stretch;
  const peak = slidingPeak(population.reconnects, from, to);
  const lost = sum(population.lost, from, to);
  const t100Ms = recoveredAfterMs(population, stretch, until, 1);
  // The last clients come back after the end of the storm, but count as its recoveries.
  const counted = t100Ms === null ? to : Math.max(to, from + t100Ms / BIN_MS);
  const recovered = t100Ms === null ? sum(population.recovered, from, to) : lost;
  const span: Span = { startMs: from * BIN_MS, endMs: Math.min(to * BIN_MS, population.elapsedMs) };
  const cause = causeOf(
    occurrences,
    peak.atMs + HALF_SECOND_BINS * BIN_MS,
    previousEndMs,
    lossesIn(population, stretch),
  );
  const outcome = { ...span, ended: to < population.bins, lost, outlivedCause: outlived(span, cause) };
  return {
    kind,
    ...outcome,
    peakAtMs: peak.atMs,
    peakPerSecond: peak.perSecond,
    calmPerSecond: calm,
    spikeFactor: calm === null || calm === 0 ? null : peak.perSecond / calm,
    t50Ms: recoveredAfterMs(population, stretch, until, 0.5),
    t95Ms: recoveredAfterMs(population, stretch, until, 0.95),
    t99Ms: recoveredAfterMs(population, stretch, until, 0.99),
    t100Ms,
    own: ownTimes(population, stretch, until),
    renewals: sum(population.renewals, from, to),
    recovered,
    notBack: population.out[until - 1] ?? 0,
    neverReady: vain[until - 1] ?? 0,
    failing: population.failing[until - 1] ?? 0,
    attemptsPerRecovery: recovered === 0 ? null : sum(population.reconnects, from, counted) / recovered,
    selfSustaining: selfSustaining(population, outcome, cause, line),
  };
}

/** From the first loss to the last; without losses (of clients that were never ready), the start of the storm. */
function lossesIn({ lost }: Population, { from, to }: Stretch): Span {
  let first = from;
  while (first < to && lost[first] === 0) first++;
  let last = to - 1;
  while (last > first && lost[last] === 0) last--;
  if (first === to) return { startMs: from * BIN_MS, endMs: from * BIN_MS };
  return { startMs: first * BIN_MS, endMs: (last + 1) * BIN_MS };
}
