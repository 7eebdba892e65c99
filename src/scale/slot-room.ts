import type { WorkerTask } from '../live/shard-host.ts';
import type { MachineLimits, Shortfall } from '../live/preflight.ts';
import { preflight } from '../live/preflight.ts';
import { planSources } from '../live/source-plan.ts';
import { RunRefused } from '../live/refused.ts';
import { clientsIn } from '../live/shards.ts';
import { withSourcesOf } from '../live/sources.ts';

/** Load that the other slots of a machine hold. */
export interface Held {
  readonly shards: number;
  readonly clients: number;
}

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
 * @param limits limits of this machine before it held any shard
 * @throws RunRefused when it cannot hold the shard
 */
export function fitShard(
  task: WorkerTask,
  held: Held,
  limits: MachineLimits,
  listening: () => readonly number[],
): Fitting {
  const { scenario, shard, shards } = task;
  const own = clientsIn({ shard, shards }, scenario.clients.count);
  const clients = own + held.clients;
  const workers = held.shards + 1;
  // Each shard has a process of its own, and with it descriptors of its own; all share the memory.
  const alone = preflight({ ...DEMAND, clients: own, workers: 1 }, { ...limits, descriptorsHard: null });
  const together = preflight({ ...DEMAND, clients, workers }, limits);
  const found = [
    ...alone.filter(({ limit }) => limit === 'descriptors'),
    ...together.filter(({ limit }) => limit === 'memory'),
  ];
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

/** The targets of shards on several machines are on none of them, or their coordinator counts them. */
const DEMAND = { workerType: 'process', gateways: 0, commands: 0 } as const;

function fixOf({ limit, fix }: Shortfall): string {
  if (limit === 'descriptors') return `raise --shards, so that each shard is smaller, or on that machine: ${fix}`;
  return 'start squall worker on more machines, or run with fewer clients (--set clients.count=…)';
}
