import { outcomeOf } from '../core/fault/outcome.ts';
import { Curves } from '../metrics/curves.ts';
import { runningLedger } from '../metrics/ledger.ts';
import { measure } from '../metrics/measure.ts';
import { type Measurements, NOTHING_REPORTED } from '../metrics/measurements.ts';
import type { GeneratorHealth, Progress } from '../metrics/run.ts';
import { COUNT_INDEX, SERIES, SERIES_INDEX, TIMINGS, type SeriesName, type TimingName } from '../core/metrics.ts';
import { createStore } from '../metrics/store.ts';
import { recoveriesUnderWay } from '../metrics/waiting.ts';
import { destroyTimings, addInterval, emptyTimings, type Timings } from '../metrics/timings.ts';
import type { RunFolder } from '../results/run-folder.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** The events of one second of a run. */
export interface Second {
  /** series, instant in ms since the run's start, number of events */
  readonly events: readonly (readonly [SeriesName, number, number])[];
  readonly latenciesMs: readonly (readonly [TimingName, number])[];
  readonly failures: readonly (readonly [TimingName, string])[];
}

export const HEALTHY: GeneratorHealth = {
  workers: 2,
  latenessP99Ms: 1.25,
  loopDelayP99Ms: 11.5,
  cpuSeconds: 3.5,
  rssBytes: 200 * 2 ** 20,
  droppedStarts: 0,
  saturated: false,
  reasons: [],
  targetStarved: 0,
  unbounded: false,
};

/**
 * Writes a run second by second, as a world does.
 *
 * @param planned number of clients, if the run has only a share of the scenario's
 * @returns the measurements as they stood after each second
 */
export function writeRun(
  folder: RunFolder,
  scenario: Scenario,
  seconds: readonly Second[],
  planned = scenario.clients.count,
): readonly PlainMeasurements[] {
  const store = createStore(Curves.binsFor(scenario.durationMs), false);
  const curves = new Curves(store.curves);
  const [total, interval] = [emptyTimings(), emptyTimings()];
  const after: PlainMeasurements[] = [];
  for (const [index, { events, latenciesMs, failures }] of seconds.entries()) {
    for (const [series, atMs, n] of events) curves.add(SERIES_INDEX[series], atMs, n);
    for (const [timing, ms] of latenciesMs) interval[timing].recordMs(ms);
    store.counts[COUNT_INDEX.clientsStarted]! += events.length;
    const histograms: Partial<Record<TimingName, string>> = {};
    for (const name of TIMINGS) if (interval[name].count > 0) histograms[name] = interval[name].encode();
    addInterval(total, histograms);
    for (const name of TIMINGS) interval[name].reset();
    for (const [timing, reason] of failures) total[timing].fail(reason);
    const [startMs, endMs] = [index * 1000, (index + 1) * 1000];
    const progress = progressAt(endMs, scenario, planned, store, total);
    folder.onInterval({ startMs, endMs, progress, histograms });
    after.push(plain(progress.measurements));
  }
  for (const timings of [total, interval]) destroyTimings(timings);
  return after;
}

function progressAt(
  elapsedMs: number,
  scenario: Scenario,
  planned: number,
  store: ReturnType<typeof createStore>,
  timings: Timings,
): Progress {
  const measurements = measure({
    elapsedMs,
    planned,
    stores: [store],
    timings,
    reported: NOTHING_REPORTED,
    ledger: (curves) => runningLedger(curves, null),
  });
  const hits = { planned: planned / 10, hit: planned / 10, missed: {} };
  const faults = scenario.faults.map((fault) => outcomeOf(fault, scenario.durationMs, hits));
  // `measure` reads failures from the store; this run has its own.
  const { failures } = timings.recovery;
  const recovery = timings.recovery.withFailures(
    failures,
    recoveriesUnderWay(measurements.curves, elapsedMs, failures),
  );
  return {
    phase: 'running',
    durationMs: scenario.durationMs,
    measurements: { ...measurements, timings: { ...timings, recovery } },
    faults,
    generator: HEALTHY,
  };
}

/** Measurements as plain data, for comparisons. */
export type PlainMeasurements = ReturnType<typeof plain>;

export function plain({ curves, timings, ...rest }: Measurements) {
  return {
    ...rest,
    curves: Object.fromEntries(SERIES.map((series) => [series, [...curves.values(series)]])),
    timings: Object.fromEntries(TIMINGS.map((name) => [name, timings[name].summary()])),
  };
}

/** The same; it also frees the memory of the measurements' histograms. */
export function plainAndFreed(measurements: Measurements): PlainMeasurements {
  const copy = plain(measurements);
  destroyTimings(measurements.timings);
  return copy;
}
