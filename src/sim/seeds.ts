import { Piscina } from 'piscina';
import type { Scenario } from '../scenario/scenario.ts';
import type { Judged } from '../threshold/judge.ts';

/** More seeds than this narrow no figure's spread any further. */
export const MAX_SEEDS = 10_000;

/** What a simulated client takes of memory, with its share of the event queue and the model; rounded up. */
const CLIENT_BYTES = 512;

const ENTRY = new URL('./seed-worker.js', import.meta.url);

export interface SeedsOptions {
  /** how many seeds, counted up from the scenario's own; 1..MAX_SEEDS */
  readonly seeds: number;
  /** how many are simulated at a time; the results do not depend on it */
  readonly workers: number;
  /** aborting it ends the simulations under way, and they count as not done */
  readonly signal: AbortSignal;
  /** told of each seed as it is done, in no order */
  readonly onDone: (judged: Judged) => void;
}

/** How many simulations this machine holds at a time: one a core, and no more than memory has room for. */
export function workersFor(clients: number, cores: number, availableBytes: number): number {
  return Math.max(1, Math.min(cores, Math.floor(availableBytes / (clients * CLIENT_BYTES))));
}

/** Simulates a scenario once for each seed. Resolves when all are done or the signal has aborted. */
export async function simulateSeeds(scenario: Scenario, options: SeedsOptions): Promise<void> {
  const { seeds, workers, signal, onDone } = options;
  const maxThreads = Math.min(workers, seeds);
  const pool = new Piscina<Scenario, Judged>({ filename: ENTRY.href, name: 'simulateSeed', minThreads: 1, maxThreads });
  const end = (): void => void pool.destroy();
  signal.addEventListener('abort', end, { once: true });
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < seeds && !signal.aborted) onDone(await pool.run({ ...scenario, seed: scenario.seed + next++ }));
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
