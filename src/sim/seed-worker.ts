import { destroyTimings } from '../metrics/timings.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { runVerdict, type RunVerdict } from '../threshold/run-verdict.ts';
import { simulate } from './simulate.ts';

const UNWATCHED = {
  listener: { onEvent: () => {}, onInterval: () => {} },
  // A simulation is never aborted alone: the caller ends the whole worker.
  signal: new AbortController().signal,
};

/** The task of the pool that many seeds are spread over: the scenario, with the seed in it, from its start to its verdict. */
export async function simulateSeed(scenario: Scenario): Promise<RunVerdict> {
  const outcome = await simulate(scenario, UNWATCHED);
  const result = runVerdict(scenario, outcome);
  destroyTimings(outcome.measurements.timings);
  return result;
}
