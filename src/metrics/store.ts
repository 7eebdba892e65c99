import { Curves } from './curves.ts';
import { FAILURE_CELLS } from './failures.ts';
import { COUNTS } from '../core/metrics.ts';

/**
 * Where a recorder counts. In a worker it lies in shared memory, so that the coordinator reads running totals without
 * a message; it crosses to the worker as it is, by structured clone. One thread writes, any other may read.
 */
export interface RecorderStore {
  /** for `new Curves(…)` */
  readonly curves: ArrayBufferLike;
  /** by COUNT_INDEX */
  readonly counts: Float64Array;
  /** by failureCell() */
  readonly failures: Uint32Array;
}

/**
 * @param bins see `Curves.binsFor`
 * @param shared in shared memory, for a worker
 */
export function createStore(bins: number, shared: boolean): RecorderStore {
  const allocate = (bytes: number): ArrayBufferLike => (shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  return {
    curves: allocate(Curves.bytes(bins)),
    counts: new Float64Array(allocate(COUNTS.length * Float64Array.BYTES_PER_ELEMENT)),
    failures: new Uint32Array(allocate(FAILURE_CELLS * Uint32Array.BYTES_PER_ELEMENT)),
  };
}
