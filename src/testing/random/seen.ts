/** Each client's history as the target saw it, from a record independent of squall's figures. */
export interface ClientHistory {
  /** by client: true if it was ever admitted */
  readonly admitted: readonly boolean[];
  /** by client: true if it had no admitted connection during the run's last second */
  readonly outAtEnd: readonly boolean[];
  /** number of repeated admissions */
  readonly returns: number;
  /** number of admissions without an identity */
  readonly anonymous: number;
  /** number of command effects */
  readonly effects: number;
  /** number of command ids with an effect; null when the record has no ids */
  readonly ids: number | null;
  /** true if a process of the target was killed without a fault */
  readonly killed: boolean;
}

/** Time without a connection before the run's end for a client to count as out, ms; no message takes that long. */
export const OUT_MS = 1000;
