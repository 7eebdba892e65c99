import type { RunListener } from '../../metrics/run.ts';
import type { Prediction } from '../../results/prediction.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { simulate } from '../../sim/simulate.ts';
import { analyse } from '../../storm/analyse.ts';
import { figuresOf } from '../../storm/figures.ts';
import { log } from '../terminal/output.ts';

const NO_LISTENER: RunListener = { onEvent: () => {}, onInterval: () => {} };

/**
 * Simulates a scenario before its run, and logs this, since a large population takes time.
 *
 * @returns null when `signal` ended it, since half a simulation predicts nothing
 */
export async function predictionOf(scenario: Scenario, signal: AbortSignal): Promise<Prediction | null> {
  log(`predicting: simulating ${scenario.clients.count} clients for ${scenario.durationMs / 1000} s of virtual time`);
  const { measurements, ended } = await simulate(scenario, { listener: NO_LISTENER, signal });
  if (ended === 'interrupted') return null;
  return {
    figures: figuresOf(measurements, analyse(measurements, scenario)),
    curves: measurements.curves,
  };
}
