import type { CommandFailure } from '../core/client/observer.ts';
import type { StopReason } from '../core/client/states.ts';
import { SIGNALS, signalName, type Signal } from '../core/signal.ts';
import { TIMINGS, TIMING_INDEX, type TimingName } from './series.ts';
import type { Failures } from './timing.ts';

/** Length of a table of failures: [timing][reason] flat, a reason being a Signal or one of the numbers below. */
export const FAILURE_CELLS = TIMINGS.length * SIGNALS;

/** Reasons that are no signals, by number; each timing has a number line of its own. */
export const RECOVERY_FAILURE: Readonly<Record<StopReason, number>> = {
  'gave-up': 1,
  'told-to-stop': 2,
  'logged-out': 3,
};
export const COMMAND_FAILURE: Readonly<Record<CommandFailure, number>> = {
  'ack-timeout': 1,
  'connection-lost': 2,
  stopped: 3,
};
export const NOTICE_FAILURE = { unnoticed: 1 } as const;

const REASONS: Readonly<Partial<Record<TimingName, Readonly<Record<string, number>>>>> = {
  recovery: RECOVERY_FAILURE,
  command: COMMAND_FAILURE,
  expiryNotice: NOTICE_FAILURE,
};

/** Where in a table of failures a reason is counted. */
export function failureCell(timing: number, reason: Signal): number {
  return timing * SIGNALS + reason;
}

/** The failures of one timing by the names that people read, over any number of tables. */
export function readFailures(tables: readonly Uint32Array[], timing: TimingName): Failures {
  const start = failureCell(TIMING_INDEX[timing], 0);
  const failures = new Map<string, number>();
  for (const table of tables) {
    for (let reason = 0; reason < SIGNALS; reason++) {
      const n = table[start + reason]!;
      if (n === 0) continue;
      const name = reasonName(timing, reason);
      failures.set(name, (failures.get(name) ?? 0) + n);
    }
  }
  return failures;
}

function reasonName(timing: TimingName, reason: number): string {
  const names = Object.entries(REASONS[timing] ?? {});
  return names.find(([, n]) => n === reason)?.[0] ?? signalName(reason);
}
