import type { WorkerTask } from '../live/worker/shard-host.ts';
import type { Shortfall } from '../live/health/preflight.ts';
import { planSources } from '../live/health/source-plan.ts';
import { RunRefused } from '../live/refused.ts';
import { clientsIn } from '../live/worker/shards.ts';
import { withSourcesOf } from '../live/network/sources.ts';
import { plus, shortfallsOf, sourceDemandOf, type Loaded } from './room.ts';

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
  const { localAddresses } = scenario.generator;
  const run = { gateways: task.gateways, localAddresses, shards, clients: own };
  const loaded = { limits, held: plus(held, { shards: 1, clients: own }) };
  const found = shortfallsOf(loaded, run, others);
  const refusals = found.filter(({ severity }) => severity === 'refuse');
  if (refusals.length > 0) {
    throw new RunRefused(
      'does-not-fit',
      refusals.map(({ message }) => message).join('; '),
      refusals.map(fixOf).join('; '),
    );
  }
  const sources = planSources(sourceDemandOf(run, loaded, others), limits, listening);
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
