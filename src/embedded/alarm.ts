/**
 * One timer for a structure of due times by `performance.now()`: its owner sets it to the earliest, and again after each
 * ring. Node may fire a timer up to 1 ms early, so the owner compares the time.
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

  /** Rings at `atMs` and no longer at the time set before; Infinity: never. */
  set(atMs: number): void {
    if (atMs === this.#atMs) return;
    clearTimeout(this.#timer);
    this.#atMs = atMs;
    if (atMs === Infinity) return;
    const delayMs = Math.ceil(Math.max(0, atMs - performance.now()));
    this.#timer = setTimeout(this.#ring, Math.min(delayMs, LONGEST_TIMER_MS));
  }
}

/** Longest delay of a Node timer, ms; Node fires a longer one at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
