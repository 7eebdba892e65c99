import { preflight, type MachineLimits, type Shortfall } from '../live/health/preflight.ts';
import type { Dialled } from '../live/network/dialled.ts';
import { portShortfall, type SourceDemand } from '../live/health/source-plan.ts';

/** Load of a worker. */
export interface Held {
  readonly shards: number;
  readonly clients: number;
}

/** A worker with a load. */
export interface Loaded {
  /** limits of its machine before it held anything */
  readonly limits: MachineLimits;
  readonly held: Held;
}

/** A run, as far as its room depends on it. */
export interface RunDemand {
  readonly gateways: readonly Dialled[];
  /** `generator.localAddresses` */
  readonly localAddresses: readonly string[];
  readonly shards: number;
  /** clients of its largest shard, or of the one that is to be held */
  readonly clients: number;
}

/** The targets of shards on several machines are on none of them, or their coordinator counts them. */
const DEMAND = { workerType: 'process', gateways: 0, commands: 0 } as const;

/** Returns the sum of two loads. */
export function plus({ shards, clients }: Held, more: Held): Held {
  return { shards: shards + more.shards, clients: clients + more.clients };
}

/**
 * Returns what a worker falls short of with its load. Each shard is a process of its own with descriptors of its own; the
 * shards of a worker share the memory that it may use, and those of all workers of its machine the memory and the source
 * ports of the machine.
 *
 * @param others loads of the other workers of its machine
 */
export function shortfallsOf(worker: Loaded, run: RunDemand, others: readonly Loaded[]): readonly Shortfall[] {
  const { clients } = run;
  const alone = preflight({ ...DEMAND, clients, workers: 1 }, { ...worker.limits, descriptorsHard: null });
  const own = memoryShortfalls(worker);
  const ports = portShortfall(sourceDemandOf(run, worker, others), worker.limits.ports);
  return [
    ...alone.filter(({ limit }) => limit === 'descriptors'),
    ...(ports === null ? [] : [ports]),
    ...(own.length > 0 ? own : shared(worker, others)),
  ];
}

/** What the source addresses of a machine have to suffice for: its ports are divided among all shards, of which it holds some. */
export function sourceDemandOf(
  { gateways, localAddresses, shards }: RunDemand,
  worker: Loaded,
  others: readonly Loaded[],
): SourceDemand {
  const held = heldBy([worker, ...others]);
  return { gateways, localAddresses, clients: held.clients, parts: shards / Math.max(1, held.shards) };
}

function heldBy(workers: readonly Loaded[]): Held {
  return workers.reduce((sum, { held }) => plus(sum, held), { shards: 0, clients: 0 });
}

/**
 * The machine's memory is the most that any of its workers has seen free: one that was started later has seen less, since
 * the others already used some.
 */
function shared(worker: Loaded, others: readonly Loaded[]): readonly Shortfall[] {
  const all = [worker, ...others];
  const availableBytes = Math.max(...all.map(({ limits }) => limits.availableBytes));
  return memoryShortfalls({ limits: { ...worker.limits, availableBytes }, held: heldBy(all) });
}

function memoryShortfalls({ limits, held: { shards, clients } }: Loaded): readonly Shortfall[] {
  return preflight({ ...DEMAND, clients, workers: shards }, limits).filter(({ limit }) => limit === 'memory');
}
