import type { Fault, FaultKind, FaultOf } from './fault.ts';

/** One occurrence of a fault: what is begun and ended, and what travels to whoever carries it out. */
export interface Occurrence<Of extends Fault = Fault> {
  /** number in the run */
  readonly index: number;
  /** the fault's place among those of the run: the scenario's first, then those that were injected by hand */
  readonly faultIndex: number;
  /** how many of the same fault came before */
  readonly ordinal: number;
  readonly fault: Of;
  /** when it begins, milliseconds from the run's start */
  readonly atMs: number;
}

export type OccurrenceOf<Kind extends FaultKind> = Occurrence<FaultOf<Kind>>;

/** Occurrences of all faults of a run together; a scenario with more is refused. */
export const MAX_OCCURRENCES = 10_000;

/** When the fault stops acting for the first time: the end of its window, and of those who are hit last. */
export function faultEndMs(fault: Fault): number {
  return fault.atMs + actingMs(fault);
}

/** When an occurrence ends; Infinity for one that acts for good. */
export function endOf({ fault, atMs }: Occurrence): number {
  return fault.forMs === 0 ? Infinity : atMs + actingMs(fault);
}

/** How long one occurrence acts, from its first hit until the last hit is over. */
export function actingMs({ forMs, spreadMs }: Fault): number {
  return forMs + spreadMs;
}

/** How often the fault begins in a run of this length. */
export function occurrenceCount({ atMs, repeat }: Fault, durationMs: number): number {
  if (repeat === null) return 1;
  return Math.max(1, Math.min(repeat.times, Math.ceil((durationMs - atMs) / repeat.everyMs)));
}

/** Everything that the faults of a run come to, in the order of the faults and, of each, in time. */
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

/** A fault that is injected by hand, as an occurrence that begins at `atMs`. */
export function injected(fault: Fault, faultIndex: number, index: number, atMs: number): Occurrence {
  return { index, faultIndex, ordinal: 0, fault, atMs };
}
