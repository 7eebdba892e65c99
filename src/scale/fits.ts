import type { Shortfall } from '../live/health/preflight.ts';
import { RunRefused } from '../live/refused.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { WorkerEntry } from './presence.ts';
import { plus, shortfallsOf, type Held, type RunDemand } from './room.ts';
import type { Dialled } from '../live/network/dialled.ts';

/** What one worker would hold. */
interface Load {
  readonly worker: WorkerEntry;
  /** with what it holds already */
  held: Held;
  /** shards of this run */
  shards: number;
  /** why it holds no more; null: it has no further slot */
  shortfalls: readonly Shortfall[] | null;
}

/**
 * Checks that the free slots of the workers can hold a run beside what they hold: each worker by the limits of its machine,
 * which several workers may share. All shards are of one size, so that any order in which workers take them comes to this.
 *
 * @param gateways where clients connect to
 * @returns warnings about what may fall short at a peak
 * @throws RunRefused when a shard would not fit; it says which, and what keeps it from each worker
 */
export function checkFits(
  scenario: Scenario,
  gateways: readonly Dialled[],
  shards: number,
  workers: readonly WorkerEntry[],
): readonly string[] {
  const clients = Math.ceil(scenario.clients.count / shards);
  const run: RunDemand = { gateways, localAddresses: scenario.generator.localAddresses, shards, clients };
  const loads: Load[] = workers.map((worker) => ({ worker, held: worker.held, shards: 0, shortfalls: null }));
  let placed = 0;
  for (const load of loads) {
    while (placed < shards && load.shards < load.worker.free) {
      const held = plus(load.held, { shards: 1, clients });
      const found = shortfallsOnMachine({ ...load, held }, loads, run);
      const refusing = found.filter(({ severity }) => severity === 'refuse');
      if (refusing.length > 0) {
        load.shortfalls = refusing;
        break;
      }
      load.held = held;
      load.shards += 1;
      placed += 1;
    }
  }
  const full = loads.filter(({ shortfalls }) => shortfalls !== null);
  if (placed < shards && full.length > 0) throw tooLarge(placed, shards, clients, full);
  return loads.flatMap((load) =>
    load.shards === 0
      ? []
      : shortfallsOnMachine(load, loads, run).map(({ message, fix }) => `${load.worker.host}: ${message} (${fix})`),
  );
}

/** What a worker falls short of with its load, beside the other workers of its machine. */
function shortfallsOnMachine({ worker, held }: Load, loads: readonly Load[], run: RunDemand): readonly Shortfall[] {
  const others = loads.filter(({ worker: { id, loopback } }) => id !== worker.id && loopback === worker.loopback);
  return shortfallsOf(
    { limits: worker.limits, held },
    run,
    others.map((other) => ({ limits: other.worker.limits, held: other.held })),
  );
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
