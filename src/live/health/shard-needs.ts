import { Curves } from '../../metrics/curves.ts';
import { memoryOf } from './preflight.ts';

/** What a process asks of the machine that runs it, which an orchestrator reserves. */
export interface Needs {
  readonly memoryBytes: number;
  readonly cores: number;
}

/** Resident memory of `squall worker` beside the process of its shard, 103 MiB when it was measured, bytes. */
const WORKER_BYTES = 128 * 1024 * 1024;
/** Memory of the coordinator without the counts of its shards: screen, histograms and reports, bytes. */
const COORDINATOR_BYTES = 384 * 1024 * 1024;
/** Curves that the coordinator keeps for each shard: counts and shifts, of the whole and of the shard's own folder. */
const CURVES_OF_A_SHARD = 4;
/** Histograms of a shard's own folder, 2.7 MB when they were measured, bytes. */
const HISTOGRAMS_OF_A_SHARD_BYTES = 3 * 1024 * 1024;

/**
 * Needs of a worker that holds one shard: by the same arithmetic by which it will check its own machine.
 *
 * @example shardNeeds(1000)
 */
export function shardNeeds(clients: number): Needs {
  const memoryBytes = memoryOf({ clients, workers: 1, workerType: 'process', gateways: 0, commands: 0 });
  return { memoryBytes: memoryBytes + WORKER_BYTES, cores: 1 };
}

/** Needs of the coordinator of shards on other machines. */
export function coordinatorNeeds(shards: number, durationMs: number): Needs {
  const curves = CURVES_OF_A_SHARD * Curves.bytes(Curves.binsFor(durationMs));
  return { memoryBytes: COORDINATOR_BYTES + shards * (curves + HISTOGRAMS_OF_A_SHARD_BYTES), cores: 1 };
}
