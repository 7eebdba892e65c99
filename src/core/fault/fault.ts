export { FAULT_KINDS, type Fault, type FaultKind, type FaultOf } from './specs.ts';

/**
 * The planned, carried-out and missed hits of a fault, over all its occurrences.
 *
 * `planned` counts the clients, sessions or processes that were drawn, or, where the fault's spec counts encounters, what
 * drawn clients did that met it while it was active: their requests, for instance. `hit` counts those on which it was carried out, `missed` the
 * others by reason: once the fault is over, `planned` = `hit` + all of `missed`.
 */
export interface FaultTally {
  readonly planned: number;
  readonly hit: number;
  readonly missed: Readonly<Partial<Record<Miss, number>>>;
}

/** Why a planned hit did not happen. */
export const MISSES = [
  /** there was no ready connection to hit */
  'not-connected',
  /** the client had stopped for good */
  'stopped',
  /** another fault was in force already */
  'another-fault',
  /** the target holds no more hanging requests */
  'too-many-hung',
  /** the session or account had ended already */
  'over-already',
  /** the request was refused for another reason before the fault could change its outcome */
  'refused',
  /** the run ended before it was due */
  'run-over',
  /** the process was down */
  'down',
  /** the command, or the other's API, failed */
  'failed',
] as const;

export type Miss = (typeof MISSES)[number];

/** The tally of a fault that planned and hit no client. */
export const EMPTY_TALLY: FaultTally = { planned: 0, hit: 0, missed: {} };

/** Adds tallies of one fault from several places or occurrences. */
export function addTallies(tallies: readonly FaultTally[]): FaultTally {
  const sum = new Tally();
  for (const tally of tallies) sum.add(tally);
  return sum;
}

/** A tally that is being counted. */
export class Tally implements FaultTally {
  planned = 0;
  hit = 0;
  readonly missed: Partial<Record<Miss, number>> = {};

  miss(why: Miss, n = 1): void {
    if (n === 0) return;
    this.missed[why] = (this.missed[why] ?? 0) + n;
  }

  add(other: FaultTally): void {
    this.planned += other.planned;
    this.hit += other.hit;
    for (const why of MISSES) {
      const n = other.missed[why] ?? 0;
      if (n > 0) this.miss(why, n);
    }
  }
}
