/** A connection that waits for its peer to end the TCP connection. */
export interface Closing {
  readonly isGone: boolean;
  /** Ends the socket. */
  cut(): void;
}

/** Longest time of a closing handshake before the socket is destroyed, ms. */
const CLOSING_MS = 2000;

interface Wait {
  readonly closing: Closing;
  readonly dueMs: number;
}

/**
 * The connections of this thread that wait for their peers to end the TCP connection, oldest first. They share one timer, since
 * a timer for each would be set and cleared for nothing.
 */
class ClosingWaits {
  #waits: Wait[] = [];
  /** waits before this index are over */
  #over = 0;
  #timer: NodeJS.Timeout | null = null;

  add(closing: Closing): void {
    this.#waits.push({ closing, dueMs: performance.now() + CLOSING_MS });
    if (this.#timer === null) this.#sleep(CLOSING_MS);
  }

  #sleep(ms: number): void {
    this.#timer = setTimeout(() => this.#cutLate(), ms);
    // The sockets themselves keep the process alive; a wait whose socket is gone needs no end.
    this.#timer.unref();
  }

  #cutLate(): void {
    this.#timer = null;
    const now = performance.now();
    for (; this.#over < this.#waits.length; this.#over++) {
      const { closing, dueMs } = this.#waits[this.#over]!;
      if (closing.isGone) continue;
      if (dueMs > now) break;
      closing.cut();
    }
    this.#waits = this.#waits.slice(this.#over);
    this.#over = 0;
    const [next] = this.#waits;
    if (next !== undefined) this.#sleep(Math.max(1, next.dueMs - now));
  }
}

const waits = new ClosingWaits();

/** Cuts `closing` in CLOSING_MS, unless its socket is gone by then. */
export function cutLater(closing: Closing): void {
  waits.add(closing);
}
