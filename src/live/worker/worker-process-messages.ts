import type { StoreChange } from '../../metrics/store-changes.ts';
import type { FromShard, ShardResult, ToShard } from '../shard/shard-messages.ts';
import type { WorkerTask } from './shard-host.ts';

/** What a process keeps to whose run another machine coordinates: it ends when its parent is no longer heard. */
export interface Lent {
  /** temporary folder of the task, which the process removes at its end, since its parent may have died; null: it has none */
  readonly folder: string | null;
}

/** Message from the coordinator to the process of a worker. Secrets of the task go this way in memory only. */
export type ToWorkerProcess =
  /** the first message; `lent`: the task is of another machine's run */
  | { readonly type: 'begin'; readonly task: WorkerTask; readonly lent: Lent | null }
  /** the parent runs: once a second, if it has said so */
  | { readonly type: 'beat' }
  /** a message for the worker */
  | { readonly type: 'tell'; readonly message: ToShard };

/** Message from the process of a worker to the coordinator. */
export type FromWorkerProcess =
  /** what changed in the worker's counts, a few times a second and before each other message */
  | { readonly type: 'changes'; readonly changes: readonly StoreChange[] }
  /** a message of the worker */
  | { readonly type: 'said'; readonly message: FromShard }
  /** the worker's task is done; the process exits when the channel closes */
  | { readonly type: 'result'; readonly result: ShardResult }
  /** the worker's task failed */
  | { readonly type: 'failed'; readonly error: Error };
