import { MAX_WORKERS } from '../../scenario/limits.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { sharesTokens } from '../../scenario/shares-tokens.ts';
import {
  clientsPerProcess,
  preflight,
  type Demand,
  type MachineLimits,
  type WorkerPlan,
  type WorkerType,
} from './preflight.ts';
import { RunRefused } from '../refused.ts';

/** Clients per worker before another worker is added. */
const CLIENTS_PER_WORKER = 500;
/** Share of a process's descriptors that its clients take while nothing happens; the rest is for closing sockets and requests. */
const CALM_SHARE = 0.8;

/** Plans the workers of a scenario: one where devices share tokens. */
export function planWorkers(scenario: Scenario, limits: MachineLimits): WorkerPlan {
  const { clients, generator } = scenario;
  const plan = workersFor(clients.count, limits, generator);
  return sharesTokens(scenario) ? { ...plan, count: 1 } : plan;
}

/**
 * Plans workers: the number that is wanted, or by size with one core left to coordinator and target. A second worker where the
 * target needs the core made each connection of a burst a third dearer. Threads and processes cost the same, so that workers
 * are processes only where one process cannot open enough sockets.
 *
 * @param wanted 0 workers: by size; a type of null: by size
 */
export function workersFor(
  clients: number,
  limits: MachineLimits,
  wanted: { readonly workers: number; readonly workerType: WorkerType | null } = { workers: 0, workerType: null },
): WorkerPlan {
  const perProcess = Math.max(1, Math.floor(clientsPerProcess(limits) * CALM_SHARE));
  const type = wanted.workerType ?? (clients > perProcess ? 'process' : 'thread');
  if (wanted.workers > 0) return { type, count: Math.min(wanted.workers, clients) };
  const bySize = Math.min(Math.ceil(clients / CLIENTS_PER_WORKER), Math.max(1, limits.cores - 1));
  const byLimit = type === 'process' ? Math.ceil(clients / perProcess) : 1;
  return { type, count: Math.min(MAX_WORKERS, Math.max(bySize, byLimit)) };
}

/** Returns what a run asks of its machine. */
function demandOf({ clients, durationMs, target }: Scenario, { type, count }: WorkerPlan): Demand {
  const commands = clients.commands === null ? 0 : (clients.count * clients.commands.perSecond * durationMs) / 1000;
  const gateways = target.kind === 'embedded' ? target.gateways : 0;
  return { clients: clients.count, workers: count, workerType: type, gateways, commands };
}

/**
 * Checks that this machine can hold the run.
 *
 * @returns warnings about what may fall short at a peak
 * @throws RunRefused when the machine cannot hold the run
 */
export function checkMachine(scenario: Scenario, plan: WorkerPlan, limits: MachineLimits): readonly string[] {
  const shortfalls = preflight(demandOf(scenario, plan), limits);
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
