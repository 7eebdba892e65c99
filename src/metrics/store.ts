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
  /**
   * buffer for `new Curves(…)`: what to add to the curves to move events that squall was late with to their on-time bins;
   * null in virtual time, where nothing is late
   */
  readonly shifts: ArrayBufferLike | null;
  /** counts by COUNT_INDEX */
  readonly counts: Float64Array;
  /** failures by failureCell() */
  readonly failures: Uint32Array;
}

/**
 * @param bins from `Curves.binsFor`
 * @param shared whether to use shared memory, for a worker
 * @param late whether events can be late, as in a worker
 */
export function createStore(bins: number, shared: boolean, late = shared): RecorderStore {
  const allocate = (bytes: number): ArrayBufferLike => (shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  return {
    curves: allocate(Curves.bytes(bins)),
    shifts: late ? allocate(Curves.bytes(bins)) : null,
    counts: new Float64Array(allocate(COUNTS.length * Float64Array.BYTES_PER_ELEMENT)),
    failures: new Uint32Array(allocate(FAILURE_CELLS * Uint32Array.BYTES_PER_ELEMENT)),
  };
}
