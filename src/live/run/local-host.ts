import type { WorkerType } from '../health/preflight.ts';
import type { ShardHost } from '../worker/shard-host.ts';
import { startProcess } from '../worker/worker-process.ts';
import { startThread, workerPool, type WorkerPool } from '../worker/worker-thread.ts';

/**
 * Returns the host whose workers are threads or processes of this machine.
 *
 * @param shared pool of several runs' threads; absent: the run makes its own
 */
export function localHost(type: WorkerType, shards: number, shared: WorkerPool | undefined): ShardHost {
  const ownPool = shared !== undefined || type === 'process' ? null : workerPool(shards, shards);
  const pool = shared ?? ownPool;
  return {
    shards,
    isLocal: true,
    sharesMemory: type === 'thread',
    leadMs: 0,
    start: (task, store, _, calls) =>
      type === 'process' || pool === null ? startProcess(task, store) : startThread(pool, task, store, calls),
    nameOf: (index) => `worker ${index + 1} of ${shards}`,
    deathOf: (index, how) => ({
      issue: 'process-died',
      what: `worker process ${index + 1} of ${shards} died by itself (${how})`,
      fix: 'look for what ended it (the kernel log tells when memory ran out), and run again',
    }),
    close: async () => {
      await ownPool?.destroy();
    },
  };
}
