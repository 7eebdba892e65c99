import type { FaultKind, FaultTally, Miss } from '../../core/fault/fault.ts';
import type { Occurrence, OccurrenceOf } from '../../core/fault/occurrence.ts';

/** Injects the faults of one kind from the coordinator. An error becomes a miss, never an exception. */
export interface Injector<Kind extends FaultKind> {
  begin(occurrence: OccurrenceOf<Kind>): void;
  /** Ends an occurrence; absent where occurrences end by themselves. */
  end?(occurrence: OccurrenceOf<Kind>): void;
  /** Undoes all changes and ends what still runs, when the run is over. */
  close(): Promise<void>;
}

/** Counts an injector's planned hits, hits and misses. */
export interface InjectionLog {
  planned(occurrence: Occurrence, n: number): void;
  hit(occurrence: Occurrence, n?: number): void;
  /** Counts a miss as `failed`, and writes `why` to the run's events. */
  failed(occurrence: Occurrence, why: string): void;
  missed(occurrence: Occurrence, why: Miss): void;
}

/** Tallies by the fault's index in the run. */
export type PlainTallies = Readonly<Record<number, FaultTally>>;

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
