import { occurrencesOf, type Occurrence } from '../core/fault/occurrence.ts';
import type { Measurements } from '../metrics/measurements.ts';
import { BIN_MS } from '../core/metrics.ts';
import { viewsOf } from '../metrics/views.ts';
import { HALF_SECOND_BINS, slidingPeak } from '../metrics/window.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { calmPerSecond, stormMargin } from './calm.ts';
import { causeOf, outlived, type Span } from './cause.ts';
import { lineOf, type Line } from './line.ts';
import { populationOf, triedInVain, type Population } from './population.ts';
import { ownTimes, recoveredAfterMs, socketTimes, sum } from './recovery.ts';
import { refreshStorm } from './refresh-storm.ts';
import { selfSustaining } from './self-sustaining.ts';
import type { IntendedStorm, Storm } from './storm.ts';
import { stormStretches, type Stretch } from './stretches.ts';

/** The fields of a scenario that the analysis needs: planned faults, waiting lines and token lifetimes. */
export type StormScenario = Pick<Scenario, 'durationMs' | 'faults' | 'model' | 'clients' | 'tokens'>;

/**
 * Finds the storms of a run in order, from its curves alone; of a running one, up to now. They are the storms of the run
 * as it was, with the figures that they would have had without squall's own lateness beside theirs.
 */
export function analyse(measurements: Measurements, scenario: StormScenario): readonly Storm[] {
  const population = populationOf(measurements);
  const line = lineOf(scenario);
  const { calm, margin, stretches } = stretchesOf(population, line);
  const vain = triedInVain(population, population.neverIn, line.retryAfterMs);
  const occurrences = occurrencesOf(scenario.faults, scenario.durationMs);
  const run: RunData = { occurrences, calm, line, vain };
  const onTime = viewsOf(measurements).intended;
  const intended = onTime === null ? null : populationOf(onTime);
  const intendedOf = intended === null ? () => null : intendedStorms(intended, stretches, line);
  const storms = stretches.map((stretch, i) => {
    const until = stretches[i + 1]?.from ?? population.bins;
    const storm = stormIn(population, stretch, until, run, (stretches[i - 1]?.to ?? 0) * BIN_MS);
    return { ...storm, intended: intendedOf(i) };
  });
  const ofTokens = refreshStorm(population, margin, occurrences, scenario, intended);
  return ofTokens === null ? storms : [...storms, ofTokens].toSorted((a, b) => a.startMs - b.startMs);
}

interface Stretches {
  readonly calm: number | null;
  readonly margin: number;
  readonly stretches: readonly Stretch[];
}

function stretchesOf(population: Population, { retryAfterMs }: Line): Stretches {
  const calm = calmPerSecond(population);
  const margin = stormMargin(calm ?? 0, population.planned);
  const stuck = triedInVain(population, population.newcomers, retryAfterMs);
  return { calm, margin, stretches: stormStretches(population, stuck, calm ?? 0, margin, retryAfterMs) };
}

/**
 * Finds the intended figures of each storm. A storm's events lie in the intended view no later than in the run, and after
 * the storm before it. Times are known where the intended view has the same storms, each beginning in that range.
 */
function intendedStorms(
  intended: Population,
  offered: readonly Stretch[],
  line: Line,
): (index: number) => IntendedStorm | null {
  if (offered.length === 0) return () => null;
  const { calm, stretches } = stretchesOf(intended, line);
  const rangeOf = (index: number) => ({ from: offered[index - 1]?.to ?? 0, to: offered[index]!.to });
  const isSame =
    stretches.length === offered.length &&
    stretches.every(({ from }, index) => from >= rangeOf(index).from && from < rangeOf(index).to);
  return (index) => {
    const same = isSame ? stretches[index]! : null;
    const { from, to } = same ?? rangeOf(index);
    const { atMs, perSecond } = slidingPeak(intended.reconnects, from, to);
    const until = stretches[index + 1]?.from ?? intended.bins;
    return {
      peakAtMs: atMs,
      peakPerSecond: perSecond,
      spikeFactor: spikeOf(perSecond, calm),
      times: same === null ? null : timesOf(intended, same, until),
    };
  };
}

function spikeOf(peakPerSecond: number, calm: number | null): number | null {
  return calm === null || calm === 0 ? null : peakPerSecond / calm;
}

/** Times from the storm's start until shares of its losses had recovered. */
function timesOf(population: Population, stretch: Stretch, until: number) {
  return {
    t50Ms: recoveredAfterMs(population, stretch, until, 0.5),
    t95Ms: recoveredAfterMs(population, stretch, until, 0.95),
    t99Ms: recoveredAfterMs(population, stretch, until, 0.99),
    t100Ms: recoveredAfterMs(population, stretch, until, 1),
  };
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
): Omit<Storm, 'intended'> {
  const { kind, from, to } = stretch;
  const peak = slidingPeak(population.reconnects, from, to);
  const lost = sum(population.lost, from, to);
  const times = timesOf(population, stretch, until);
  const { t100Ms } = times;
  // The last clients come back after the end of the storm, but count as its recoveries.
  const counted = t100Ms === null ? to : Math.max(to, from + t100Ms / BIN_MS);
  const unknown = sum(population.unknownOut, from, until);
  const recovered = t100Ms === null ? sum(population.recovered, from, to) : Math.max(0, lost - unknown);
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
    spikeFactor: spikeOf(peak.perSecond, calm),
    ...times,
    own: ownTimes(population, stretch, until),
    sockets: socketTimes(population, stretch, until),
    renewals: sum(population.renewals, from, to),
    recovered,
    notBack: population.out[until - 1] ?? 0,
    unknown,
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
