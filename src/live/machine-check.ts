import type { Scenario } from '../scenario/scenario.ts';
import { readMachineLimits } from './machine-limits.ts';
import { preflight } from './preflight.ts';
import { RunRefused } from './refused.ts';

/** A worker holds this many clients before another one helps. */
const CLIENTS_PER_WORKER = 500;

/** How many workers a run has: as the scenario says, or by its size, leaving a core to the coordinator and target. */
export function workersFor(scenario: Scenario, cores: number): number {
  const { clients, generator } = scenario;
  const wanted = generator.workers === 0 ? Math.ceil(clients.count / CLIENTS_PER_WORKER) : generator.workers;
  const most = generator.workers === 0 ? Math.max(1, cores - 1) : wanted;
  return Math.min(wanted, most, clients.count);
}

/**
 * Checks that this machine can hold the run.
 *
 * @returns what may fall short at a peak, in words
 * @throws RunRefused when it cannot hold it at all
 */
export function checkMachine(scenario: Scenario, workers: number): readonly string[] {
  const { clients, durationMs, target } = scenario;
  const commands = clients.commands === null ? 0 : (clients.count * clients.commands.perSecond * durationMs) / 1000;
  const demand = { clients: clients.count, workers, embedded: target.kind === 'embedded', commands };
  const shortfalls = preflight(demand, readMachineLimits());
  const refusals = shortfalls.filter(({ severity }) => severity === 'refuse');
  if (refusals.length > 0) {
    throw new RunRefused(
      'does-not-fit',
      refusals.map(({ message }) => message).join('; '),
      refusals.map(({ fix }) => fix).join('; '),
    );
  }
  return shortfalls.map(({ message, fix }) => `${message} (${fix})`);
}
