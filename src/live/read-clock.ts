import { performance } from 'node:perf_hooks';
import type { MonoMs } from '../core/time/instant.ts';

/** Shortest wait for sockets after which everything that had arrived before counts as read, ms. */
const SLEPT_MS = 0.1;

/** The turns of an event loop. */
export interface Turns {
  /** total time that the loop has waited for sockets and timers, ms */
  idleMs(): number;
  /** Calls `ended` once, after the reads of this turn, or of the next one if they are over. */
  atEndOfReads(ended: () => void): void;
}

const NODE: Turns = {
  idleMs: () => performance.eventLoopUtilization().idle,
  atEndOfReads: (ended) => setImmediate(ended),
};

/**
 * Bounds how long what is read now may have lain unread. A turn of the event loop reads everything that had arrived when
 * it began; what arrives later waits for the next turn, while the reads and alarms of this one are handled. So what is read
 * arrived after the beginning of the turn before, or, if the loop slept since then, woke it.
 */
export class ReadClock {
  /** instant before which everything that arrived has been read */
  #readTo = 0;
  /** beginning of the turn that is being handled, or, during alarms, of the next one; NaN: nothing has happened in it */
  #turnAt = NaN;
  /** whether `#turnAt` was set by an alarm, after which the next turn begins */
  #afterAlarm = false;
  #idleMs = 0;
  readonly #turns: Turns;
  /** runs between the reads of one turn and those of the next */
  readonly #turnEnds = (): void => {
    this.#readTo = this.#turnAt;
    this.#turnAt = NaN;
  };

  constructor(turns: Turns = NODE) {
    this.#turns = turns;
  }

  /** The longest time for which what is read now may have lain unread, ms. */
  unreadMs(now: MonoMs): number {
    if (Number.isNaN(this.#turnAt)) this.#beginTurn(now);
    this.#afterAlarm = false;
    return now - this.#readTo;
  }

  /** Records that an alarm rings. Alarms ring after the reads of a turn. */
  rings(now: MonoMs): void {
    if (Number.isNaN(this.#turnAt)) {
      this.#beginTurn(now);
      this.#afterAlarm = true;
    } else if (this.#afterAlarm) this.#turnAt = now;
  }

  /** Whether everything that arrived before this instant has been read. */
  hasReadTo(instant: number): boolean {
    return this.#readTo >= instant;
  }

  #beginTurn(now: MonoMs): void {
    const idleMs = this.#turns.idleMs();
    if (idleMs - this.#idleMs > SLEPT_MS) this.#readTo = now;
    this.#idleMs = idleMs;
    this.#turnAt = now;
    this.#turns.atEndOfReads(this.#turnEnds);
  }
}
