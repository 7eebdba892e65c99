import { faultLabel } from './label.ts';
import { NOBODY, type Fault, type FaultKind, type FaultTally } from './fault.ts';
import { actingMs, occurrenceCount } from './occurrence.ts';

/** What a fault was to do, and what came of it. */
export interface FaultOutcome extends FaultTally {
  readonly kind: FaultKind;
  /** in a few words, for people */
  readonly label: string;
  /** the first time */
  readonly atMs: number;
  /** how long it acts each time, from its first hit to the end of its last */
  readonly forMs: number;
  /** null: it happens once */
  readonly everyMs: number | null;
  readonly times: number;
  /** share of the planned hits that have to happen */
  readonly atLeast: number;
  /** by hand, while the run went on */
  readonly injected: boolean;
}

/** @param durationMs of the run */
export function outcomeOf(
  fault: Fault,
  durationMs: number,
  tally: FaultTally = NOBODY,
  injected = false,
): FaultOutcome {
  return {
    kind: fault.kind,
    label: faultLabel(fault),
    atMs: fault.atMs,
    forMs: actingMs(fault),
    everyMs: fault.repeat?.everyMs ?? null,
    times: occurrenceCount(fault, durationMs),
    atLeast: fault.atLeast,
    injected,
    planned: tally.planned,
    hit: tally.hit,
    missed: tally.missed,
  };
}

/** When each occurrence begins and ends. */
export function windowsOf({
  atMs,
  forMs,
  everyMs,
  times,
}: FaultOutcome): readonly { readonly startMs: number; readonly endMs: number }[] {
  return Array.from({ length: times }, (_, n) => {
    const startMs = atMs + n * (everyMs ?? 0);
    return { startMs, endMs: startMs + forMs };
  });
}
