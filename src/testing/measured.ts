import { Curves } from '../metrics/curves.ts';
import { runningLedger } from '../metrics/ledger.ts';
import { measure } from '../metrics/measure.ts';
import {
  NOTHING_REPORTED,
  type LedgerTotals,
  type Measurements,
  type TargetReported,
} from '../metrics/measurements.ts';
import { COUNT_INDEX, SERIES_INDEX, type CountName, type SeriesName, type TimingName } from '../core/metrics.ts';
import { createStore } from '../metrics/store.ts';
import { emptyTimings } from '../metrics/timings.ts';

/** A handwritten run. */
export interface Script {
  readonly elapsedMs: number;
  readonly planned?: number;
  /** instants of events in ms; or [instant, number of events] */
  readonly series?: Readonly<Partial<Record<SeriesName, readonly (number | readonly [number, number])[]>>>;
  readonly latenciesMs?: Readonly<Partial<Record<TimingName, readonly number[]>>>;
  /** events that squall was late with: series, actual instant, lateness in ms, number; absent: lateness is not known */
  readonly late?: readonly (readonly [series: SeriesName, atMs: number, lateMs: number, n: number])[];
  /** the latencies of a timing without squall's own lateness */
  readonly onTimeMs?: Readonly<Partial<Record<TimingName, readonly number[]>>>;
  /** ages of unfinished operations at the end, ms */
  readonly unfinishedMs?: Readonly<Partial<Record<TimingName, readonly number[]>>>;
  readonly failures?: Readonly<Partial<Record<TimingName, Readonly<Record<string, number>>>>>;
  readonly counts?: Readonly<Partial<Record<CountName, number>>>;
  readonly ledger?: Partial<LedgerTotals>;
  readonly reported?: Partial<TargetReported>;
}

/** The measurements of a handwritten run. */
export function measured(script: Script): Measurements {
  const {
    elapsedMs,
    planned = 1000,
    series = {},
    latenciesMs = {},
    unfinishedMs = {},
    failures = {},
    counts = {},
    late,
    onTimeMs = {},
  } = script;
  const store = createStore(Curves.binsFor(elapsedMs), false, late !== undefined);
  const curves = new Curves(store.curves);
  const timings = emptyTimings();
  for (const [name, events = []] of entries(series)) {
    for (const event of events) {
      const [atMs, n] = typeof event === 'number' ? [event, 1] : event;
      curves.add(SERIES_INDEX[name], atMs, n);
    }
  }
  for (const [name, atMs, lateMs, n] of late ?? []) {
    new Curves(store.shifts!).move(SERIES_INDEX[name], atMs, atMs - lateMs, n);
  }
  for (const [name, count = 0] of entries(counts)) store.counts[COUNT_INDEX[name]] = count;
  for (const [name, all = []] of entries(latenciesMs)) for (const ms of all) timings[name].recordMs(ms);
  for (const [name, all = []] of entries(onTimeMs)) for (const ms of all) timings[name].recordOnTimeMs(ms);
  for (const [name, ages = []] of entries(unfinishedMs)) for (const ms of ages) timings[name].recordUnfinishedMs(ms);
  const result = measure({
    elapsedMs,
    planned,
    stores: [store],
    timings,
    reported: { ...NOTHING_REPORTED, ...script.reported },
    ledger: (merged) => ({ ...runningLedger(merged, null), ...script.ledger }),
  });
  for (const [name, reasons = {}] of entries(failures)) {
    for (const [reason, n] of Object.entries(reasons)) result.timings[name].fail(reason, n);
  }
  return result;
}

function entries<Key extends string, Value>(record: Readonly<Partial<Record<Key, Value>>>): [Key, Value | undefined][];
function entries(record: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(record);
}
