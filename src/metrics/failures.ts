import { SIGNALS, signalName, type Signal } from '../core/signal.ts';
import { FIRST_REASON, TIMINGS, TIMING_INDEX, TIMING_SPECS, type TimingName } from '../core/metrics.ts';
import type { Failures } from './timing.ts';

/** Row, after the rows of the timings, that counts ends of ready connections. */
export const LOSSES = TIMINGS.length;

/** Length of a table of failures: [row][reason] flat, a reason being a Signal or one of REASON. */
export const FAILURE_CELLS = (TIMINGS.length + 1) * SIGNALS;

/** The cell of a reason in a table of failures. `row`: one of TIMING_INDEX, or LOSSES. */
export function failureCell(row: number, reason: Signal): number {
  return row * SIGNALS + reason;
}

/** The failures of one timing by the names of their reasons, summed over tables. */
export function readFailures(tables: readonly Uint32Array[], timing: TimingName): Failures {
  return readRow(tables, TIMING_INDEX[timing], (reason) => reasonName(timing, reason));
}

/** The ends of ready connections by the names of their reasons, summed over tables. */
export function readLosses(tables: readonly Uint32Array[]): Failures {
  return readRow(tables, LOSSES, signalName);
}

function readRow(tables: readonly Uint32Array[], row: number, nameOf: (reason: number) => string): Failures {
  const start = failureCell(row, 0);
  const counts = new Map<string, number>();
  for (const table of tables) {
    for (let reason = 0; reason < SIGNALS; reason++) {
      const n = table[start + reason]!;
      if (n === 0) continue;
      const name = nameOf(reason);
      counts.set(name, (counts.get(name) ?? 0) + n);
    }
  }
  return counts;
}

function reasonName(timing: TimingName, reason: number): string {
  return TIMING_SPECS[timing].reasons?.[reason - FIRST_REASON] ?? signalName(reason);
}
