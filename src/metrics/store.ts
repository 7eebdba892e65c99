import { Curves } from './curves.ts';
import { FAILURE_CELLS } from './failures.ts';
import { COUNTS } from '../core/metrics.ts';

/**
 * The memory of a recorder's counts. A worker's store is shared memory, so that the coordinator reads running totals
 * without a message; structured clone passes it to the worker. One thread writes, any other may read.
 */
export interface RecorderStore {
  /** buffer for `new Curves(…)` */
  readonly curves: ArrayBufferLike;
  /** counts by COUNT_INDEX */
  readonly counts: Float64Array;
  /** failures by failureCell() */
  readonly failures: Uint32Array;
}

/**
 * @param bins from `Curves.binsFor`
 * @param shared whether to use shared memory, for a worker
 */
export function createStore(bins: number, shared: boolean): RecorderStore {
  const allocate = (bytes: number): ArrayBufferLike => (shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  return {
    curves: allocate(Curves.bytes(bins)),
    counts: new Float64Array(allocate(COUNTS.length * Float64Array.BYTES_PER_ELEMENT)),
    failures: new Uint32Array(allocate(FAILURE_CELLS * Uint32Array.BYTES_PER_ELEMENT)),
  };
}
