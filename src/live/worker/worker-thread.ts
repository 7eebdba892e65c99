import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { CallsUnderWay } from '../../protocols/own/module-codec.ts';
import type { RecorderStore } from '../../metrics/store.ts';
import type { FromShard, ShardResult, ShardTask } from '../shard/shard-messages.ts';
import type { StartedWorker, WorkerTask } from './shard-host.ts';

const ENTRY = new URL('./worker.js', import.meta.url);

export type WorkerPool = Piscina<ShardTask, ShardResult>;

/** Makes a pool of worker threads, each with one shard at a time. */
export function workerPool(minThreads: number, maxThreads: number): WorkerPool {
  return new Piscina({ filename: ENTRY.href, minThreads, maxThreads, idleTimeout: Infinity });
}

/**
 * Starts a worker in a thread of the pool, which writes its counts into `store`.
 *
 * @param calls shared memory in which the thread notes the method of a protocol's own module that runs
 */
export function startThread(
  pool: WorkerPool,
  task: WorkerTask,
  store: RecorderStore,
  calls?: CallsUnderWay,
): StartedWorker {
  const over = new AbortController();
  const { port1, port2 } = new MessageChannel();
  const result = pool.run(
    { ...task, store, port: port2, ...(calls === undefined ? {} : { calls }) },
    { transferList: [port2], signal: over.signal },
  );
  return {
    send: (message) => port1.postMessage(message),
    receive: (hear) => port1.on('message', (message: FromShard) => hear(message)),
    result,
    end: async () => {
      port1.close();
      over.abort();
    },
  };
}
