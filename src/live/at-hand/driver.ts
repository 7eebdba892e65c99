import type { Fault, FaultTally, Miss } from '../../core/fault/fault.ts';
import type { Strike } from '../../core/fault/strike.ts';

/** Carries out the faults of one kind from the coordinator's side. What goes wrong is a miss, never an exception. */
export interface Driver {
  begin(strike: Strike): void;
  /** The time of the strike is over. */
  end(strike: Strike): void;
  /** The run is over: whatever was done to others is undone, and what still goes on is ended. */
  close(): Promise<void>;
}

/** How a driver tells what came of its strikes. */
export interface Account {
  planned(strike: Strike, n: number): void;
  hit(strike: Strike, n?: number): void;
  /** `why` goes to the run's events, in words */
  failed(strike: Strike, why: string): void;
  missed(strike: Strike, why: Miss): void;
}

export type Tallies = Readonly<Record<number, FaultTally>>;

/** A fault of the kind that a driver is for. */
export type FaultOf<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
