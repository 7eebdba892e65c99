import type { Scenario } from '../scenario/scenario.ts';
import { sharesTokens } from '../scenario/shares-tokens.ts';
import { readMachineLimits } from './machine-limits.ts';
import { preflight } from './preflight.ts';
import { RunRefused } from './refused.ts';

/** Clients per worker before another worker is added. */
const CLIENTS_PER_WORKER = 500;

/** Returns the number of workers: one where devices share tokens, the scenario's, or by size with one core left to coordinator and target. */
export function workersFor(scenario: Scenario, cores: number): number {
  const { clients, generator } = scenario;
  if (sharesTokens(scenario)) return 1;
  const wanted = generator.workers === 0 ? Math.ceil(clients.count / CLIENTS_PER_WORKER) : generator.workers;
  const most = generator.workers === 0 ? Math.max(1, cores - 1) : wanted;
  return Math.min(wanted, most, clients.count);
}

/**
 * Checks that this machine can hold the run.
 *
 * @returns warnings about what may fall short at a peak
 * @throws RunRefused when the machine cannot hold the run
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
