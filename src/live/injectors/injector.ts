import type { FaultKind, FaultTally, Miss } from '../../core/fault/fault.ts';
import type { Occurrence, OccurrenceOf } from '../../core/fault/occurrence.ts';

/** Carries out the faults of one kind from the coordinator's side. What goes wrong is a miss, never an exception. */
export interface Injector<Kind extends FaultKind> {
  begin(occurrence: OccurrenceOf<Kind>): void;
  /** The time of the occurrence is over. Absent for what ends by itself. */
  end?(occurrence: OccurrenceOf<Kind>): void;
  /** The run is over: whatever was done to others is undone, and what still goes on is ended. */
  close(): Promise<void>;
}

/** How an injector tells what came of its occurrences. */
export interface InjectionLog {
  planned(occurrence: Occurrence, n: number): void;
  hit(occurrence: Occurrence, n?: number): void;
  /** `why` goes to the run's events, in words */
  failed(occurrence: Occurrence, why: string): void;
  missed(occurrence: Occurrence, why: Miss): void;
}

/** By the fault's place among those of the run. */
export type PlainTallies = Readonly<Record<number, FaultTally>>;

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
