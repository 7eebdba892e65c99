import { rmSync } from 'node:fs';
import { MessageChannel } from 'node:worker_threads';
import { Curves } from '../../metrics/curves.ts';
import { createStore } from '../../metrics/store.ts';
import { StoreChanges } from '../../metrics/store-changes.ts';
import type { FromShard, ProcessUse, ShardInterval } from '../shard/shard-messages.ts';
import type { WorkerTask } from './shard-host.ts';
import type { FromWorkerProcess, Lent, ToWorkerProcess } from './worker-process-messages.ts';
import runShard from './worker.ts';
import { watchParent } from './parent-watch.ts';
import { ResidentMemory } from './resident-memory.ts';

// A worker in a process of its own, for more sockets than one process may open. It speaks with the coordinator over IPC as a
// worker thread does over its port, and sends what changed in its counts, which a thread has in shared memory.

/** Interval at which changes of the counts are sent, ms: as often as the coordinator looks at them. */
const CHANGES_MS = 200;

function send(message: FromWorkerProcess): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

function begin(task: WorkerTask): MessageChannel['port1'] {
  const store = createStore(Curves.binsFor(task.scenario.durationMs), false, true);
  const changes = new StoreChanges(store);
  const sendChanges = (): void => {
    const taken = changes.take();
    if (taken.length > 0) send({ type: 'changes', changes: taken });
  };
  const { port1, port2 } = new MessageChannel();
  port1.on('message', (message: FromShard) => {
    sendChanges();
    send({
      type: 'said',
      message: message.type === 'interval' ? { ...message, interval: used(message.interval) } : message,
    });
  });
  const sending = setInterval(sendChanges, CHANGES_MS);
  runShard({ ...task, store, port: port2 })
    .finally(() => clearInterval(sending))
    .then(
      (result) => {
        sendChanges();
        send({ type: 'result', result: { ...result, interval: used(result.interval) } });
      },
      (error: unknown) => fail(error),
    );
  return port1;
}

const memory = new ResidentMemory();

/** Completes an interval by what this process has used. */
function used(interval: ShardInterval): ShardInterval {
  const { user, system } = process.cpuUsage();
  const ownProcess: ProcessUse = { cpuSeconds: (user + system) / 1e6, rssBytes: memory.bytes };
  return { ...interval, ownProcess };
}

function fail(error: unknown): void {
  send({ type: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
}

/** Ends with a parent that dies or falls silent, and leaves no file behind. Returns a function to call when it was heard. */
function obey({ folder }: Lent): () => void {
  if (folder !== null) process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return watchParent(() => process.exit(1));
}

let port: MessageChannel['port1'] | null = null;
let heard: () => void = () => {};

process.on('message', (message: ToWorkerProcess) => {
  heard();
  if (message.type === 'tell') return port?.postMessage(message.message);
  if (message.type === 'beat') return;
  if (message.lent !== null) heard = obey(message.lent);
  port = begin(message.task);
});
process.on('uncaughtException', fail);
// The channel closes with the coordinator, however that ends.
process.on('disconnect', () => process.exit());
// Ctrl-C and the end of a service reach all processes; the coordinator winds the run down.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
