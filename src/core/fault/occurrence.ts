import type { Fault, FaultKind, FaultOf } from './fault.ts';

/** One occurrence of a fault, as it is sent to its executor. */
export interface Occurrence<Of extends Fault = Fault> {
  /** number in the run */
  readonly index: number;
  /** the fault's place in the run: the scenario's faults first, then those injected by hand */
  readonly faultIndex: number;
  /** number of earlier occurrences of the same fault */
  readonly ordinal: number;
  readonly fault: Of;
  /** begin, milliseconds from the run's start */
  readonly atMs: number;
}

export type OccurrenceOf<Kind extends FaultKind> = Occurrence<FaultOf<Kind>>;

/** Most occurrences of all faults of a run together; a scenario with more is refused. */
export const MAX_OCCURRENCES = 10_000;

/** End of an occurrence, milliseconds from the run's start; Infinity: it lasts to the end of the run. */
export function endOf({ fault, atMs }: Occurrence): number {
  return fault.forMs === 0 ? Infinity : atMs + actingMs(fault);
}

/** Duration of one occurrence, from its first hit until its last hit is over. */
export function actingMs({ forMs, spreadMs }: Fault): number {
  return forMs + spreadMs;
}

/** Number of times that the fault begins in a run of this length. */
export function occurrenceCount({ atMs, repeat }: Fault, durationMs: number): number {
  if (repeat === null) return 1;
  return Math.max(1, Math.min(repeat.times, Math.ceil((durationMs - atMs) / repeat.everyMs)));
}

/** All occurrences of the faults of a run, ordered by fault and then by time. */
export function occurrencesOf(faults: readonly Fault[], durationMs: number): readonly Occurrence[] {
  let index = 0;
  return faults.flatMap((fault, faultIndex) =>
    Array.from({ length: occurrenceCount(fault, durationMs) }, (_, ordinal): Occurrence => ({
      index: index++,
      faultIndex,
      ordinal,
      fault,
      atMs: fault.atMs + ordinal * (fault.repeat?.everyMs ?? 0),
    })),
  );
}

/** The occurrence of a fault that is injected by hand at `atMs`. */
export function injected(fault: Fault, faultIndex: number, index: number, atMs: number): Occurrence {
  return { index, faultIndex, ordinal: 0, fault, atMs };
}
