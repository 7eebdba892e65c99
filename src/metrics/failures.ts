import type { CommandFailure, CommandSkip } from '../core/client/observer.ts';
import type { StopReason } from '../core/client/states.ts';
import { SIGNALS, signalName, type Signal } from '../core/signal.ts';
import { TIMINGS, TIMING_INDEX, type TimingName } from './series.ts';
import type { Failures } from './timing.ts';

/** The row after those of the timings counts how ready connections ended. */
export const LOSSES = TIMINGS.length;

/** Length of a table of failures: [row][reason] flat, a reason being a Signal or one of the numbers below. */
export const FAILURE_CELLS = (TIMINGS.length + 1) * SIGNALS;

/** Reasons that are no signals, by number; each timing has a number line of its own. */
export const RECOVERY_FAILURE: Readonly<Record<StopReason | 'not-back', number>> = {
  'gave-up': 1,
  'told-to-stop': 2,
  'logged-out': 3,
  /** the run ended first */
  'not-back': 4,
};
export const COMMAND_FAILURE: Readonly<Record<CommandFailure | CommandSkip, number>> = {
  'ack-timeout': 1,
  'connection-lost': 2,
  stopped: 3,
  forbidden: 4,
  'not-connected': 5,
};
export const NOTICE_FAILURE = { unnoticed: 1 } as const;
export const REVOCATION_FAILURE = { 'never-closed': 1 } as const;

const REASONS: Readonly<Partial<Record<TimingName, Readonly<Record<string, number>>>>> = {
  recovery: RECOVERY_FAILURE,
  command: COMMAND_FAILURE,
  expiryNotice: NOTICE_FAILURE,
  revocation: REVOCATION_FAILURE,
};

/** Where in a table of failures a reason is counted. `row`: one of TIMING_INDEX, or LOSSES. */
export function failureCell(row: number, reason: Signal): number {
  return row * SIGNALS + reason;
}

/** The failures of one timing by the names that people read, over any number of tables. */
export function readFailures(tables: readonly Uint32Array[], timing: TimingName): Failures {
  return readRow(tables, TIMING_INDEX[timing], (reason) => reasonName(timing, reason));
}

/** How ready connections ended, by the names that people read, over any number of tables. */
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
  const names = Object.entries(REASONS[timing] ?? {});
  return names.find(([, n]) => n === reason)?.[0] ?? signalName(reason);
}
