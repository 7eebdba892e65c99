import { createHash } from 'node:crypto';

/** Time for which the keys of a run outlive its planned end, ms. */
const AFTER_RUN_MS = 3_600_000;

/** Time after which a worker that no longer announces itself is gone, ms. */
export const PRESENCE_TTL_MS = 5000;

/** Most slots of a worker. */
export const MAX_SLOTS = 1000;

/** Queue of shards, as BullMQ names it; its keys begin with `squall:squall:`. */
export const QUEUE = { name: 'squall', prefix: 'squall' } as const;

/** Sorted set of the ids of all workers that announced themselves lately. */
export const WORKERS_KEY = 'squall:workers';

/**
 * Sorted set of the ids of the workers of one machine that announced themselves lately.
 *
 * @param loopback `loopbackName` of the machine
 */
export function machineKey(loopback: string): string {
  return `squall:machine:${digestOf(loopback)}`;
}

/** Key of the lock under which the workers of a machine take shards one after the other. */
export function machineLockKey(loopback: string): string {
  return `squall:machine-lock:${digestOf(loopback)}`;
}

/**
 * Key of the turn in which coordinators have their shards taken one after the other.
 *
 * @param queue name of the queue that they share
 */
export function turnKey(queue: string): string {
  return `squall:turn:${queue}`;
}

/** Key of what a worker announces. */
export function workerKey(worker: string): string {
  return `squall:worker:${worker}`;
}

/** Key of a shard's sealed plan. */
export function planKey(run: string, shard: number): string {
  return `squall:${run}:plan:${shard}`;
}

/** Key of the slot that holds a shard. */
export function holderKey(run: string, shard: number): string {
  return `squall:${run}:holder:${shard}`;
}

/** Key of the stream from the coordinator to a shard's holder. */
export function toSlotKey(run: string, shard: number, epoch: number): string {
  return `squall:${run}:to:${shard}:${epoch}`;
}

/** Key of the stream from a shard's holder to the coordinator. */
export function fromSlotKey(run: string, shard: number, epoch: number): string {
  return `squall:${run}:from:${shard}:${epoch}`;
}

/** All keys of a run whose shards had one holder each, for their deletion. */
export function runKeys(run: string, shards: number, epoch = 1): string[] {
  return Array.from({ length: shards }, (_, shard) => [
    planKey(run, shard),
    holderKey(run, shard),
    toSlotKey(run, shard, epoch),
    fromSlotKey(run, shard, epoch),
  ]).flat();
}

/** Time to live of the keys of a run, ms. */
export function runTtlMs(durationMs: number): number {
  return Math.ceil(durationMs) + AFTER_RUN_MS;
}

/** A name of any length as 32 hexadecimal digits. */
function digestOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}
