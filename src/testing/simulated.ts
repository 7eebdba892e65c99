import { expect } from 'vitest';
import { destroyTimings } from '../metrics/timings.ts';
import { type TimingName } from '../core/metrics.ts';
import type { Outcome } from '../metrics/run.ts';
import { Timing } from '../metrics/timing.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { noting, type Notes, type Watching } from './notes.ts';
import { simulate } from '../sim/simulate.ts';

/** A finished simulation, with everything that it reported. */
export interface Simulated extends Notes {
  readonly outcome: Outcome;
}

/** A scenario over a network without latency, unless `sets` (as `--set` takes them) say otherwise. */
export function scenarioOf(yaml: string, ...sets: readonly string[]): Scenario {
  return parseScenario(yaml, 'simulated.yaml', { sets: ['model.latency=0ms', ...sets] });
}

export async function simulated(scenario: Scenario, watching: Watching = {}): Promise<Simulated> {
  const { listener, notes } = noting(watching);
  const outcome = await simulate(scenario, { listener, signal: watching.signal ?? new AbortController().signal });
  return { outcome, ...notes };
}

/** The measurements of a simulation, whose histograms stay in memory until the process ends. */
export async function measuredIn(scenario: Scenario): Promise<Outcome['measurements']> {
  return (await simulated(scenario)).outcome.measurements;
}

/** The latencies of one timing from `fromMs` on, which must be a whole second. */
export function latenciesFrom({ intervals }: Simulated, timing: TimingName, fromMs: number): Timing {
  const sum = Timing.empty();
  for (const { startMs, histograms } of intervals) {
    const payload = histograms[timing];
    if (startMs >= fromMs && payload !== undefined) sum.mergeEncoded(payload);
  }
  return sum;
}

/** Frees the memory of a simulation's histograms. */
export function free({ outcome }: Simulated): void {
  destroyTimings(outcome.measurements.timings);
}

/** The failures of one timing, by reason. */
export function failuresOf({ timings }: Outcome['measurements'], name: TimingName): Readonly<Record<string, number>> {
  return Object.fromEntries(timings[name].failures);
}

/** Expects a latency from a histogram of three digits to agree with its exact value. */
export function expectMs(measured: number | null, exactMs: number): void {
  expect(measured).toBeGreaterThanOrEqual(exactMs * 0.999);
  expect(measured).toBeLessThanOrEqual(exactMs * 1.001);
}

/** Mean and standard error of independent repetitions. */
export function estimate(values: readonly number[]): { readonly mean: number; readonly error: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}
