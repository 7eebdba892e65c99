import { preflight, type MachineLimits, type Shortfall } from '../live/health/preflight.ts';

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

/** The targets of shards on several machines are on none of them, or their coordinator counts them. */
const DEMAND = { workerType: 'process', gateways: 0, commands: 0 } as const;

/** Returns the sum of two loads. */
export function plus({ shards, clients }: Held, more: Held): Held {
  return { shards: shards + more.shards, clients: clients + more.clients };
}

/**
 * Returns what a worker falls short of with its load. Each shard is a process of its own with descriptors of its own; the
 * shards of a worker share the memory that it may use, and those of all workers of its machine the memory of the machine.
 *
 * @param clients clients of its largest shard
 * @param others loads of the other workers of its machine
 */
export function shortfallsOf(worker: Loaded, clients: number, others: readonly Loaded[]): readonly Shortfall[] {
  const alone = preflight({ ...DEMAND, clients, workers: 1 }, { ...worker.limits, descriptorsHard: null });
  const own = memoryShortfalls(worker);
  return [...alone.filter(({ limit }) => limit === 'descriptors'), ...(own.length > 0 ? own : shared(worker, others))];
}

/**
 * The machine's memory is the most that any of its workers has seen free: one that was started later has seen less, since
 * the others already used some.
 */
function shared(worker: Loaded, others: readonly Loaded[]): readonly Shortfall[] {
  const all = [worker, ...others];
  const availableBytes = Math.max(...all.map(({ limits }) => limits.availableBytes));
  const held = all.reduce((sum, each) => plus(sum, each.held), { shards: 0, clients: 0 });
  return memoryShortfalls({ limits: { ...worker.limits, availableBytes }, held });
}

function memoryShortfalls({ limits, held: { shards, clients } }: Loaded): readonly Shortfall[] {
  return preflight({ ...DEMAND, clients, workers: shards }, limits).filter(({ limit }) => limit === 'memory');
}
