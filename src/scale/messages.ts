import type { FromShard, ShardResult, ToShard } from '../live/shard/shard-messages.ts';
import type { WorkerTask } from '../live/worker/shard-host.ts';
import type { StoreChange } from '../metrics/store-changes.ts';

/** A machine's monotonic clock against the clock of Redis, which all machines of a run share. */
export interface ClockReading {
  /** time of Redis minus the monotonic clock, ms */
  readonly offsetMs: number;
  /** most by which the offset can be wrong: half the shortest round trip, ms */
  readonly errorMs: number;
}

/** Version of {@link ShardPlan}. */
export const PLAN_FORMAT = 1;

/** All that a worker needs to know of its shard. It holds secrets: it is sealed wherever it lies. */
export interface ShardPlan {
  readonly format: typeof PLAN_FORMAT;
  /** version of squall that made it; no other version carries it out */
  readonly squall: string;
  readonly run: string;
  /** number of the shard's holder; frames of another one are ignored */
  readonly epoch: number;
  readonly shard: number;
  readonly shards: number;
  /** time of Redis from which nobody may begin it any more, ms since the Unix epoch */
  readonly voidAtRedisMs: number;
  readonly task: WorkerTask;
  /** `loopbackName` of the network in which its addresses are reached; null: any machine reaches them */
  readonly loopback: string | null;
  /** first lines of the record of tokens; null: none is kept */
  readonly tokensHeader: string | null;
}

/** Message from the coordinator to the slot that holds a shard. */
export type ToSlot =
  /** the clients begin to arrive */
  | { readonly type: 'go'; readonly startRedisMs: number; readonly wallMs: number }
  /** any other message for the shard's worker */
  | { readonly type: 'tell'; readonly message: Exclude<ToShard, { readonly type: 'go' }> }
  /** the load ends at once */
  | { readonly type: 'end'; readonly why: string };

/** Message from the slot that holds a shard to the coordinator. */
export type FromSlot =
  /** the first message */
  | { readonly type: 'took'; readonly worker: string; readonly clock: ClockReading }
  /** what changed in the shard's counts, once a second and before each message of its worker */
  | { readonly type: 'changes'; readonly changes: readonly StoreChange[] }
  /** a message of the shard's worker; the error of its wall clock counts from `go` */
  | { readonly type: 'said'; readonly message: FromShard }
  /** lines that were added to the record of tokens */
  | { readonly type: 'tokens'; readonly text: string }
  | { readonly type: 'result'; readonly result: ShardResult }
  /** the shard's worker failed or died; `isProtocol`: by the code of a protocol of the user's own */
  | { readonly type: 'failed'; readonly message: string; readonly isProtocol: boolean }
  /** the worker's user ends it */
  | { readonly type: 'leaving'; readonly why: string };
