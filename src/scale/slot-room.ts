import type { WorkerTask } from '../live/worker/shard-host.ts';
import type { Shortfall } from '../live/health/preflight.ts';
import { planSources } from '../live/health/source-plan.ts';
import { RunRefused } from '../live/refused.ts';
import { clientsIn } from '../live/worker/shards.ts';
import { withSourcesOf } from '../live/network/sources.ts';
import { plus, shortfallsOf, type Loaded } from './room.ts';

/** A shard that fits on this machine. */
export interface Fitting {
  /** the task, with the source addresses that this machine has for it */
  readonly task: WorkerTask;
  /** what may fall short at a peak */
  readonly warnings: readonly string[];
}

/**
 * Checks that this machine can hold a shard beside those that it holds, and plans the source addresses of its clients.
 *
 * @param worker this worker before it holds the shard
 * @param others the other workers of its machine
 * @throws RunRefused when it cannot hold the shard
 */
export function fitShard(
  task: WorkerTask,
  { limits, held }: Loaded,
  others: readonly Loaded[],
  listening: () => readonly number[],
): Fitting {
  const { scenario, shard, shards } = task;
  const own = clientsIn({ shard, shards }, scenario.clients.count);
  const { shards: workers, clients } = plus(held, { shards: 1, clients: own });
  const found = shortfallsOf({ limits, held: { shards: workers, clients } }, own, others);
  const refusals = found.filter(({ severity }) => severity === 'refuse');
  if (refusals.length > 0) {
    throw new RunRefused(
      'does-not-fit',
      refusals.map(({ message }) => message).join('; '),
      refusals.map(fixOf).join('; '),
    );
  }
  const demand = {
    gateways: task.gateways,
    clients,
    // The ports are divided among all shards, of which this machine holds some.
    parts: shards / workers,
    localAddresses: scenario.generator.localAddresses,
  };
  const sources = planSources(demand, limits, listening);
  const gateways =
    sources === null
      ? task.gateways
      : task.gateways.map((each) => withSourcesOf({ ...each, sources }, { shard, shards }));
  return { task: { ...task, gateways }, warnings: found.map(({ message, fix }) => `${message} (${fix})`) };
}

function fixOf({ limit, fix }: Shortfall): string {
  if (limit === 'descriptors') return `raise --shards, so that each shard is smaller, or on that machine: ${fix}`;
  return 'start squall worker on more machines, or run with fewer clients (--set clients.count=…)';
}
