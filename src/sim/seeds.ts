import { availableParallelism } from 'node:os';
import { availableMemory } from 'node:process';
import { Piscina } from 'piscina';
import { Curves } from '../metrics/curves.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { RunVerdict } from '../threshold/run-verdict.ts';

/** Most simulations of one command: more narrow no figure's spread, and no reader compares more settings. */
export const MAX_SIMULATIONS = 10_000;

/** What a simulated client takes of memory, with its share of the event queue and the model; rounded up. */
const CLIENT_BYTES = 512;

const ENTRY = new URL('./seed-worker.js', import.meta.url);

export interface SeedsOptions {
  /** seeds of each scenario, counted up from its own; 1..MAX_SIMULATIONS over all scenarios */
  readonly seeds: number;
  /** simulations at a time; default: as many as this machine has room for. The results do not depend on it */
  readonly workers?: number;
  /** signal that ends the simulations under way, which then count as not done */
  readonly signal: AbortSignal;
  /** receives each finished simulation, in no order; `index` is the index of its scenario */
  readonly onDone: (result: RunVerdict, index: number) => void;
}

/** Returns the number of simulations at a time: one a core, as far as memory has room. */
export function workersFor(scenarios: readonly Scenario[], cores: number, availableBytes: number): number {
  const most = scenarios.reduce((bytes, scenario) => Math.max(bytes, bytesOf(scenario)), 1);
  return Math.max(1, Math.min(cores, Math.floor(availableBytes / most)));
}

function bytesOf({ clients, durationMs }: Scenario): number {
  return clients.count * CLIENT_BYTES + Curves.bytes(Curves.binsFor(durationMs));
}

/**
 * Simulates each scenario once for each seed: all scenarios with the first seed, then all with the next, so that an early
 * end leaves about equally many of each. Resolves when all are done or the signal has aborted.
 */
export async function simulateSeeds(scenarios: readonly Scenario[], options: SeedsOptions): Promise<void> {
  const { seeds, signal, onDone } = options;
  const { workers = workersFor(scenarios, availableParallelism(), availableMemory()) } = options;
  const jobs = jobsOf(scenarios, seeds);
  const maxThreads = Math.min(workers, seeds * scenarios.length);
  const pool = new Piscina<Scenario, RunVerdict>({
    filename: ENTRY.href,
    name: 'simulateSeed',
    minThreads: 1,
    maxThreads,
  });
  const end = (): void => void pool.destroy();
  signal.addEventListener('abort', end, { once: true });
  const lane = async (): Promise<void> => {
    // The lanes take from one iterator, so that each job is taken once.
    for (const { index, scenario } of jobs) {
      if (signal.aborted) return;
      onDone(await pool.run(scenario), index);
    }
  };
  try {
    await Promise.all(Array.from({ length: maxThreads }, lane));
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', end);
    await pool.destroy();
  }
}

interface Job {
  /** index of the scenario */
  readonly index: number;
  /** scenario with its seed */
  readonly scenario: Scenario;
}

function* jobsOf(scenarios: readonly Scenario[], seeds: number): Generator<Job> {
  for (let nth = 0; nth < seeds; nth++) {
    for (const [index, scenario] of scenarios.entries()) {
      yield { index, scenario: { ...scenario, seed: scenario.seed + nth } };
    }
  }
}
