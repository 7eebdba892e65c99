import { preflight, type Demand, type Shortfall } from '../live/preflight.ts';
import { RunRefused } from '../live/refused.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { WorkerEntry } from './presence.ts';

/** Shards that one worker would hold. */
interface Load {
  readonly worker: WorkerEntry;
  shards: number;
  /** why it holds no more; null: it has no further slot */
  shortfalls: readonly Shortfall[] | null;
}

/**
 * Checks that the free slots of the workers can hold a run: each worker by the limits of its machine, which several workers
 * may share.
 *
 * @returns warnings about what may fall short at a peak
 * @throws RunRefused when a shard would not fit; it says which, and what keeps it from each worker
 */
export function checkFits(scenario: Scenario, shards: number, workers: readonly WorkerEntry[]): readonly string[] {
  const clients = Math.ceil(scenario.clients.count / shards);
  const loads: Load[] = workers.map((worker) => ({ worker, shards: 0, shortfalls: null }));
  let placed = 0;
  for (const load of loads) {
    while (placed < shards && load.shards < load.worker.free) {
      load.shards += 1;
      const refusing = shortfallsOf(load, loads, clients).filter(({ severity }) => severity === 'refuse');
      if (refusing.length > 0) {
        load.shards -= 1;
        load.shortfalls = refusing;
        break;
      }
      placed += 1;
    }
  }
  const full = loads.filter(({ shortfalls }) => shortfalls !== null);
  if (placed < shards && full.length > 0) throw tooLarge(placed, shards, clients, full);
  return loads.flatMap((load) =>
    load.shards === 0
      ? []
      : shortfallsOf(load, loads, clients).map(({ message, fix }) => `${load.worker.host}: ${message} (${fix})`),
  );
}

/** What a worker's machine falls short of with the shards of all workers on it. */
function shortfallsOf({ worker }: Load, loads: readonly Load[], clients: number): readonly Shortfall[] {
  const shards = loads.reduce((sum, load) => sum + (load.worker.host === worker.host ? load.shards : 0), 0);
  return preflight(demandOf(shards, clients), worker.limits);
}

/** Each shard is a process of its own on a machine without the embedded target. */
function demandOf(shards: number, clients: number): Demand {
  return { clients: shards * clients, workers: shards, workerType: 'process', gateways: 0, commands: 0 };
}

function tooLarge(placed: number, shards: number, clients: number, full: readonly Load[]): RunRefused {
  const which = placed + 1 === shards ? `shard ${shards}` : `shards ${placed + 1} to ${shards}`;
  const why = full.map(({ worker, shards: held, shortfalls }) => {
    const [first] = shortfalls ?? [];
    return `${worker.host} holds ${held} of them${first === undefined ? '' : `: ${first.message}`}`;
  });
  return new RunRefused(
    'does-not-fit',
    `${which} of ${shards} (${clients} clients each) would not fit on the workers; ${why.join('; ')}`,
    'start `squall worker` on more machines, or take fewer clients',
  );
}
