/**
 * One timer for a whole structure of due times: woken for the earliest, set again by whoever it wakes. Times are
 * those of `performance.now()`. Node may fire a timer up to a millisecond early, so the woken one compares the time.
 */
export class Alarm {
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;
  #atMs = Infinity;

  constructor(ring: () => void) {
    this.#ring = () => {
      this.#atMs = Infinity;
      ring();
    };
  }

  /** Rings at `atMs`, in place of whenever it was to ring; Infinity silences it. */
  set(atMs: number): void {
    if (atMs === this.#atMs) return;
    clearTimeout(this.#timer);
    this.#atMs = atMs;
    if (atMs === Infinity) return;
    const delayMs = Math.ceil(Math.max(0, atMs - performance.now()));
    this.#timer = setTimeout(this.#ring, Math.min(delayMs, LONGEST_TIMER_MS));
  }
}

/** Node fires a timer that is set for longer at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
