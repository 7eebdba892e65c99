/**
 * When a fault acts, how often, and on whom: what every fault has, whatever it does. Instants are milliseconds from
 * the run's start.
 */
export interface Plan {
  readonly atMs: number;
  /** how long each occurrence lasts; 0 for one that hits and is over */
  readonly forMs: number;
  /** the hits of one occurrence begin spread evenly over this time */
  readonly spreadMs: number;
  /** null: it happens once */
  readonly repeat: Repeat | null;
  /** share in (0, 1] of those below, exact but for rounding to whole ones, drawn from the seed anew for each occurrence */
  readonly share: number;
  /** only clients whose place in the order of arrival lies in this part of the population; null for all of them */
  readonly cohort: Cohort | null;
  /** share of the planned hits that have to happen, or the run is inconclusive */
  readonly atLeast: number;
}

export interface Repeat {
  readonly everyMs: number;
  /** how often in all; Infinity: until the run ends */
  readonly times: number;
}

/** Shares of the population in the order of arrival: `from` <= place < `to`, both in [0, 1]. */
export interface Cohort {
  readonly from: number;
  readonly to: number;
}
