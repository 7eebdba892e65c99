import type { Fault, FaultTally, Miss } from '../../core/fault/fault.ts';
import type { Occurrence } from '../../core/fault/occurrence.ts';

/** Carries out the faults of one kind from the coordinator's side. What goes wrong is a miss, never an exception. */
export interface Injector {
  begin(occurrence: Occurrence): void;
  /** The time of the occurrence is over. */
  end(occurrence: Occurrence): void;
  /** The run is over: whatever was done to others is undone, and what still goes on is ended. */
  close(): Promise<void>;
}

/** How a driver tells what came of its occurrences. */
export interface InjectionLog {
  planned(occurrence: Occurrence, n: number): void;
  hit(occurrence: Occurrence, n?: number): void;
  /** `why` goes to the run's events, in words */
  failed(occurrence: Occurrence, why: string): void;
  missed(occurrence: Occurrence, why: Miss): void;
}

export type Tallies = Readonly<Record<number, FaultTally>>;

/** A fault of the kind that a driver is for. */
export type FaultOf<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
