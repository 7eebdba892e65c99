import type { Fault } from '../core/fault/fault.ts';
import type { Measurements } from '../metrics/measurements.ts';
import { BIN_MS } from '../metrics/series.ts';
import { slidingPeak } from '../metrics/window.ts';
import { calmPerSecond, stormMargin } from './calm.ts';
import { causeOf, outlived, type Span } from './cause.ts';
import { populationOf, type Population } from './population.ts';
import { recoveredAfterMs, sum } from './recovery.ts';
import type { Storm } from './storm.ts';
import { stormStretches, type Stretch } from './stretches.ts';

/** Finds the storms of a run, in order, from its curves alone. A run that goes on is looked at up to now. */
export function analyse(measurements: Measurements, faults: readonly Fault[]): readonly Storm[] {
  const population = populationOf(measurements);
  const calm = calmPerSecond(population);
  const stretches = stormStretches(population, calm, stormMargin(calm, population.planned));
  return stretches.map((stretch, i) => {
    const until = stretches[i + 1]?.from ?? population.bins;
    return stormIn(population, stretch, until, calm, faults, (stretches[i - 1]?.to ?? 0) * BIN_MS);
  });
}

function stormIn(
  population: Population,
  stretch: Stretch,
  until: number,
  calm: number,
  faults: readonly Fault[],
  previousEndMs: number,
): Storm {
  const { from, to } = stretch;
  const peak = slidingPeak(population.reconnects, from, to);
  const lost = sum(population.lost, from, to);
  const t100Ms = recoveredAfterMs(population, stretch, until, 1);
  // The last few come back when the storm is over already; they belong to it all the same.
  const counted = t100Ms === null ? to : Math.max(to, from + t100Ms / BIN_MS);
  const recovered = t100Ms === null ? sum(population.recovered, from, to) : lost;
  const span: Span = { startMs: from * BIN_MS, endMs: Math.min(to * BIN_MS, population.elapsedMs) };
  const cause = causeOf(faults, peak.atMs, previousEndMs, lossesIn(population, stretch));
  return {
    ...span,
    ended: to < population.bins,
    peakAtMs: peak.atMs,
    peakPerSecond: peak.perSecond,
    calmPerSecond: calm,
    spikeFactor: peak.perSecond / Math.max(calm, 1),
    t50Ms: recoveredAfterMs(population, stretch, until, 0.5),
    t95Ms: recoveredAfterMs(population, stretch, until, 0.95),
    t99Ms: recoveredAfterMs(population, stretch, until, 0.99),
    t100Ms,
    lost,
    recovered,
    attemptsPerRecovery: recovered === 0 ? null : sum(population.reconnects, from, counted) / recovered,
    outlivedCause: outlived(span, cause),
  };
}

/** From the first loss to the last; a storm without losses (of clients that never were ready) is its own start. */
function lossesIn({ lost }: Population, { from, to }: Stretch): Span {
  let first = from;
  while (first < to && lost[first] === 0) first++;
  let last = to - 1;
  while (last > first && lost[last] === 0) last--;
  if (first === to) return { startMs: from * BIN_MS, endMs: from * BIN_MS };
  return { startMs: first * BIN_MS, endMs: (last + 1) * BIN_MS };
}
