import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { RecorderStore } from '../../metrics/store.ts';
import { applyChanges } from '../../metrics/store-changes.ts';
import type { FromShard, ShardResult } from '../shard/shard-messages.ts';
import { WorkerDied, type StartedWorker, type WorkerTask } from './shard-host.ts';
import type { FromWorkerProcess, Lent, ToWorkerProcess } from './worker-process-messages.ts';

const ENTRY = new URL('./worker-process-main.js', import.meta.url);
/** Longest wait until a process exits that has lost its parent's channel, ms; it is killed after that. */
const EXIT_TIMEOUT_MS = 2000;
const BEAT_MS = 1000;

/**
 * Starts a worker in a process of its own, and keeps a copy of its counts in `store`.
 *
 * @param lent what it keeps to for a run of another machine: it ends by itself when this process stands still, since that
 *   machine then gives it up
 */
export function startProcess(task: WorkerTask, store: RecorderStore, lent: Lent | null = null): StartedWorker {
  const child = fork(ENTRY, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [], serialization: 'advanced' });
  let hear: ((message: FromShard) => void) | null = null;
  const send = (message: ToWorkerProcess): void => {
    // A process that has just died has no channel; its end is reported.
    if (child.connected) child.send(message, () => {});
  };
  const result = new Promise<ShardResult>((resolve, reject) => {
    child.on('message', (message: FromWorkerProcess) => {
      switch (message.type) {
        case 'changes':
          return applyChanges(store, message.changes);
        case 'said':
          return hear?.(message.message);
        case 'result':
          return resolve(message.result);
        case 'failed':
          return reject(message.error);
      }
    });
    child.on('error', (error) => reject(new WorkerDied(error.message)));
    child.once('close', (code, signal) => reject(new WorkerDied(signal ?? `exit code ${code}`)));
  });
  send({ type: 'begin', task, lent });
  const beating = lent !== null ? setInterval(() => send({ type: 'beat' }), BEAT_MS) : undefined;
  child.once('exit', () => clearInterval(beating));
  return {
    send: (message) => send({ type: 'tell', message }),
    receive: (receiver) => (hear = receiver),
    result,
    end: async () => {
      clearInterval(beating);
      // A process that could not be started has no pid and never closes.
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      // After a disconnect by this end, Node emits no 'close'.
      const over = once(child, 'exit');
      if (child.connected) child.disconnect();
      const killer = setTimeout(() => child.kill('SIGKILL'), EXIT_TIMEOUT_MS);
      await over;
      clearTimeout(killer);
    },
  };
}
