import type { Plan } from './plan.ts';

/** A clock goes wrong: for good, or, with a duration, until the fault ends. Positive: fast. */
export interface ClockFault extends Plan {
  readonly kind: 'clock';
  readonly of: ClockOwner;
  /** it jumps by so much */
  readonly offsetMs: number;
  /** and from then on gains so many milliseconds for each that passes */
  readonly driftPerMs: number;
}

export type ClockOwner = 'clients' | 'token-service' | 'gateway';
