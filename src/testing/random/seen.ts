/** What the target itself saw of a run, by a record that squall's own figures are not made of. */
export interface ClientHistory {
  /** by client: was it ever admitted */
  readonly admitted: readonly boolean[];
  /** by client: it held no admitted connection for the whole of the run's last second */
  readonly outAtEnd: readonly boolean[];
  /** how often a client was admitted that had been before */
  readonly returns: number;
  /** how often a client was admitted as nobody */
  readonly nobodys: number;
  /** commands that had an effect, counting each effect */
  readonly effects: number;
  /** command ids that had one; null where the record tells no ids */
  readonly ids: number | null;
  /** a process of the target was killed that no fault had planned to kill */
  readonly killed: boolean;
}

/** How long before the run's end a client has to be without a connection to count as out: no word is that long on its way. */
export const OUT_MS = 1000;
