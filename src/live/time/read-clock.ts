import { performance } from 'node:perf_hooks';
import type { MonoMs } from '../../core/time/instant.ts';

/** Shortest wait for sockets after which everything that had arrived before counts as read, ms. */
const SLEPT_MS = 0.1;
/** Interval at which the loop is woken to show whether it wakes when it should, ms. */
const TICK_MS = 10;
/** Delay of that timer beyond which the thread did not run when it could have, ms. */
const TICK_LATE_MS = 3;

/** The turns of an event loop. */
export interface Turns {
  /** total time that the loop has waited for sockets and timers, ms */
  idleMs(): number;
  /** Calls `ended` once, after the reads of this turn, or of the next one if they are over. */
  atEndOfReads(ended: () => void): void;
  /** Calls `due` once, in `ms` or later. */
  in(ms: number, due: () => void): void;
}

const { nodeTiming } = performance;

const NODE: Turns = {
  idleMs: () => nodeTiming.idleTime,
  atEndOfReads: (ended) => setImmediate(ended),
  in: (ms, due) => void setTimeout(due, ms).unref(),
};

/**
 * Bounds how long what is read now may have lain unread. A turn of the event loop reads everything that had arrived when
 * it began; what arrives later waits for the next turn, while the reads and alarms of this one are handled. So what is read
 * arrived after the beginning of the turn before, or, if the loop slept since then, woke it.
 *
 * A loop that slept longer than its timer allows did not sleep all the time: the thread did not run, as on a busy machine or
 * a paused one, or did other work. The interval of that timer is the longest time that stays hidden.
 */
export class ReadClock {
  /** instant before which everything that arrived has been read */
  #readTo = 0;
  /** beginning of the turn that is being handled, or, during alarms, of the next one; NaN: nothing has happened in it */
  #turnAt = NaN;
  /** whether `#turnAt` was set by an alarm, after which the next turn begins */
  #afterAlarm = false;
  #idleMs = 0;
  /** latest instant at which the loop wakes if the thread runs; Infinity: no timer is set */
  #wakesBy = Infinity;
  /** null: the timer is not used */
  #now: (() => MonoMs) | null = null;
  readonly #turns: Turns;
  /** runs between the reads of one turn and those of the next */
  readonly #turnEnds = (): void => {
    this.#readTo = this.#turnAt;
    this.#turnAt = NaN;
  };

  constructor(turns: Turns = NODE) {
    this.#turns = turns;
  }

  /** Begins to look whether the thread runs when it should. */
  start(now: () => MonoMs): void {
    this.#now = now;
    this.#tickAgain();
  }

  stop(): void {
    this.#now = null;
    this.#wakesBy = Infinity;
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
    if (idleMs - this.#idleMs > SLEPT_MS && now <= this.#wakesBy + TICK_LATE_MS) this.#readTo = now;
    this.#idleMs = idleMs;
    this.#turnAt = now;
    this.#turns.atEndOfReads(this.#turnEnds);
  }

  #tickAgain(): void {
    if (this.#now === null) return;
    const setAt = this.#now();
    this.#wakesBy = setAt + TICK_MS;
    this.#turns.in(TICK_MS, () => {
      // The loop has read since it set the timer.
      this.#readTo = Math.max(this.#readTo, setAt);
      // The timer is set again after the reads of the next turn, so that there are some between any two.
      this.#turns.atEndOfReads(() => this.#tickAgain());
    });
  }
}
