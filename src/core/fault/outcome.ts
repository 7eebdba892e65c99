import { faultLabel } from './label.ts';
import { EMPTY_TALLY, type Fault, type FaultKind, type FaultTally } from './fault.ts';
import { actingMs, occurrenceCount } from './occurrence.ts';
import { specOf } from './specs.ts';

/** The plan of a fault, and its tally. */
export interface FaultOutcome extends FaultTally {
  readonly kind: FaultKind;
  /** its label, for people */
  readonly label: string;
  /** begin of the first occurrence */
  readonly atMs: number;
  /** duration of each occurrence, from its first hit to the end of its last */
  readonly forMs: number;
  /** null: it happens once */
  readonly everyMs: number | null;
  readonly times: number;
  /** smallest share of planned hits without which the run is inconclusive */
  readonly atLeast: number;
  /** injected by hand during the run */
  readonly injected: boolean;
  /** whether each hit concerns one client alone, so that there are bounds for what a miss could have changed */
  readonly hitsOneClient: boolean;
}

/**
 * @param durationMs of the run
 * @param perUser devices of each user
 */
export function outcomeOf(
  fault: Fault,
  durationMs: number,
  tally: FaultTally = EMPTY_TALLY,
  injected = false,
  perUser = 1,
): FaultOutcome {
  const spec = specOf(fault.kind);
  const hitsDevices = perUser > 1 && spec.hitsDevices === true;
  return {
    kind: fault.kind,
    label: faultLabel(fault),
    atMs: fault.atMs,
    forMs: actingMs(fault),
    everyMs: fault.repeat?.everyMs ?? null,
    times: occurrenceCount(fault, durationMs),
    atLeast: fault.atLeast,
    injected,
    hitsOneClient: spec.among(fault) === 'clients' && !hitsDevices,
    planned: tally.planned,
    hit: tally.hit,
    missed: tally.missed,
  };
}

/** Begin and end of each occurrence. */
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
