import type { IssueKind } from '../../metrics/run.ts';
import type { CallsUnderWay } from '../../protocols/own/module-codec.ts';
import type { RecorderStore } from '../../metrics/store.ts';
import type { ShardResult, ShardTask } from '../shard/shard-messages.ts';
import type { Wire } from './worker-line.ts';

/** Task of a worker, without the store and the port, which stay within a process. */
export type WorkerTask = Omit<ShardTask, 'store' | 'port' | 'calls'>;

/** A worker as the coordinator sees it, wherever it runs. */
export interface StartedWorker extends Wire {
  /** result of its task; rejects when the task fails, and with {@link WorkerDied} when the worker is gone */
  readonly result: Promise<ShardResult>;
  /** Ends it at once; resolves when it is gone. */
  end(): Promise<void>;
}

/** The end of a worker that nobody asked for, and that squall's own code did not cause. */
export class WorkerDied extends Error {
  override readonly name: string = 'WorkerDied';
}

/** Description of a worker's end that nobody asked for. */
export interface WorkerDeath {
  readonly issue: IssueKind;
  readonly what: string;
  /** what the user can do where it happened before the run */
  readonly fix: string;
}

/** Place where the shards of a run are held: threads or processes of this machine, or other machines. */
export interface ShardHost {
  readonly shards: number;
  /** whether its workers run on this machine, whose limits, source addresses and cores are then theirs */
  readonly isLocal: boolean;
  /** whether its workers share this process's memory */
  readonly sharesMemory: boolean;
  /** time that a message may need until all workers have it, ms */
  readonly leadMs: number;
  /**
   * Starts a worker.
   *
   * @param store its counts, or a copy of them that the host keeps
   * @param calls shared memory in which a thread notes the method of a protocol's own module that runs
   */
  start(task: WorkerTask, store: RecorderStore, index: number, calls?: CallsUnderWay): StartedWorker;
  /** Returns the name of a worker, as users know it, such as `shard 3 of 8 on host-b`. */
  nameOf(this: void, index: number): string;
  /**
   * Describes the end of a worker that nobody asked for.
   *
   * @param how message of its {@link WorkerDied}
   * @returns null: it needs no report of its own
   */
  deathOf(index: number, how: string): WorkerDeath | null;
  /** Sets the receiver of the host's decision to end the run; absent: it never ends one. */
  onStop?(stop: (issue: IssueKind, why: string) => void): void;
  close(): Promise<void>;
}
