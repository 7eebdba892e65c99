import { Curves } from './curves.ts';
import { readFailures, readLosses } from './failures.ts';
import type { LedgerTotals, Measurements, TargetReported } from './measurements.ts';
import { BIN_MS, byName, COUNT_INDEX, COUNTS, TIMINGS, type CountName, type TimingName } from '../core/metrics.ts';
import type { RecorderStore } from './store.ts';
import type { Timings } from './timings.ts';
import { recoveriesUnderWay } from './waiting.ts';

/** The parts of a run's measurements at some instant. */
export interface Parts {
  readonly elapsedMs: number;
  readonly planned: number;
  /** stores of equal length, at least one: one for each recorder, and the coordinator's own if it has one */
  readonly stores: readonly RecorderStore[];
  /**
   * destination of the summed curves, which must no longer be in use; default: new curves. `live`: the curves of the only
   * store, not copied, which go on changing
   */
  readonly into?: Curves | 'live';
  /** latencies of all recorders, not copied, which go on changing */
  readonly timings: Timings;
  readonly reported: TargetReported;
  /** from `joinLedger`, or `runningLedger` during a run */
  readonly ledger: (curves: Curves) => Omit<LedgerTotals, 'unknown'>;
}

/** Longest time by which a worker may be ahead of `elapsedMs`, ms. */
const AHEAD_MS = 10_000;

/** Adds up the shards of a run. The result does not depend on the sharding. */
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

  const counts = byName(COUNTS, count);
  return {
    elapsedMs,
    planned,
    curves,
    shifts: shiftsOf(stores, curves.bins, elapsedMs),
    timings: byName(TIMINGS, timing),
    counts,
    unrecorded: new Set(),
    losses: readLosses(tables),
    reported,
    ledger: withUnknown(ledger(curves), counts),
  };
}

/** Takes commands of unknown clients out of those whose outcome is still to come. */
function withUnknown(
  ledger: Omit<LedgerTotals, 'unknown'>,
  { sentUnknown, unsentUnknown }: Measurements['counts'],
): LedgerTotals {
  return {
    ...ledger,
    waiting: Math.max(0, ledger.waiting - unsentUnknown),
    inFlight: Math.max(0, ledger.inFlight - sentUnknown),
    unknown: sentUnknown + unsentUnknown,
  };
}

/** The sum of the shifts of all stores that have them, up to now; null: none has. */
function shiftsOf(stores: readonly RecorderStore[], bins: number, elapsedMs: number): Curves | null {
  const all = stores.flatMap(({ shifts }) => shifts ?? []);
  if (all.length === 0) return null;
  const sum = Curves.empty(bins);
  const begun = Math.min(bins, Math.ceil((elapsedMs + AHEAD_MS) / BIN_MS));
  for (const shifts of all) sum.merge(new Curves(shifts), begun);
  return sum;
}
