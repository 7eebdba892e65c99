/** Alarms of one group, which lie side by side: a power of two, whose instants fill one cache line. */
export const GROUP = 8;

/**
 * The instants of a queue's numbered alarms; Infinity: an alarm is not set. The groups follow one another, or each is one
 * half of a record whose other half has values that are used together with the alarms.
 */
export interface Board {
  readonly due: Float64Array;
  /** the instant of `slot` is `due[slot + (slot & apart)]`: 0 where groups follow one another, -GROUP in records */
  readonly apart: number;
}

/** A board of its own for this many alarms. */
export function denseBoard(slots: number): Board {
  return { due: new Float64Array(slots), apart: 0 };
}
