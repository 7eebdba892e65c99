import { Curves } from './curves.ts';
import { readFailures, readLosses } from './failures.ts';
import type { LedgerTotals, Measurements, TargetReported } from './measurements.ts';
import { byName, COUNT_INDEX, COUNTS, TIMINGS, type CountName, type TimingName } from '../core/metrics.ts';
import type { RecorderStore } from './store.ts';
import type { Timings } from './timings.ts';
import { recoveriesUnderWay } from './waiting.ts';

/** What a run holds at some instant, in the parts that it arrives in. */
export interface Parts {
  readonly elapsedMs: number;
  readonly planned: number;
  /** at least one; of equal length; one for each recorder, and the coordinator's own if it has one */
  readonly stores: readonly RecorderStore[];
  /**
   * where the curves are added up, by who looks at no earlier measurements any more; otherwise somewhere new. `live`:
   * those of the only store are looked at, not copied, and go on changing while recording does.
   */
  readonly into?: Curves | 'live';
  /** the latencies of all recorders: looked at, not copied, so they go on changing while recording does */
  readonly timings: Timings;
  readonly reported: TargetReported;
  /** see `joinLedger`, and `runningLedger` for a run that goes on */
  readonly ledger: (curves: Curves) => LedgerTotals;
}

/** Adds the shards of a run up. The result does not depend on how the clients were sharded. */
export function measure({ elapsedMs, planned, stores, into, timings, reported, ledger }: Parts): Measurements {
  const [first, ...rest] = stores;
  if (first === undefined) throw new RangeError('measure: no store given; a run has one for each recorder');
  const own = new Curves(first.curves);
  const curves = into === 'live' ? own : own.copy(into);
  for (const store of rest) curves.merge(new Curves(store.curves));

  const tables = stores.map((store) => store.failures);
  const timing = (name: TimingName) => {
    const failures = readFailures(tables, name);
    const underWay = name === 'recovery' ? recoveriesUnderWay(curves, elapsedMs, failures) : undefined;
    return timings[name].withFailures(failures, underWay);
  };
  const count = (name: CountName) => stores.reduce((sum, store) => sum + store.counts[COUNT_INDEX[name]]!, 0);

  return {
    elapsedMs,
    planned,
    curves,
    timings: byName(TIMINGS, timing),
    counts: byName(COUNTS, count),
    unrecorded: new Set(),
    losses: readLosses(tables),
    reported,
    ledger: ledger(curves),
  };
}
