/**
 * Most time by which an attempt may come before its even turn, ms: after a late timer, which would lower the rate, and where
 * attempts come together at a rate far below the cap. Bounds the excess per second.
 */
const CATCH_UP_MS = 50;

/**
 * Limits the rate of attempts to a foreign host. Attempts over it wait in line, which their latency shows, as it counts
 * from the intended start.
 */
export class RateCap {
  readonly #perSecond: number;
  readonly #begin: (client: number) => void;
  readonly #nowMs: () => number;
  /** waiting clients in order, each at most once */
  readonly #line = new Set<number>();
  #nextFreeMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #delayed = 0;

  /** @param perSecond most attempts per second; Infinity: no cap */
  constructor(perSecond: number, begin: (client: number) => void, nowMs: () => number) {
    this.#perSecond = perSecond;
    this.#begin = begin;
    this.#nowMs = nowMs;
  }

  /** Number of attempts that had to wait. */
  get delayed(): number {
    return this.#delayed;
  }

  ask(client: number): void {
    if (this.#perSecond === Infinity) return this.#begin(client);
    const nowMs = this.#nowMs();
    if (this.#line.size === 0 && nowMs >= this.#nextFreeMs) return this.#serve(client, nowMs);
    this.#delayed += 1;
    this.#line.add(client);
    this.#arm();
  }

  /** Removes a client from the line. */
  withdraw(client: number): void {
    this.#line.delete(client);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#line.clear();
  }

  #serveLine(nowMs: number): void {
    for (const client of this.#line) {
      if (nowMs < this.#nextFreeMs) return;
      this.#line.delete(client);
      this.#serve(client, nowMs);
    }
  }

  #serve(client: number, nowMs: number): void {
    this.#nextFreeMs = Math.max(nowMs - CATCH_UP_MS, this.#nextFreeMs) + 1000 / this.#perSecond;
    this.#begin(client);
  }

  #arm(): void {
    if (this.#timer || this.#line.size === 0) return;
    const sleepMs = Math.max(1, Math.ceil(this.#nextFreeMs - this.#nowMs()));
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#serveLine(this.#nowMs());
      this.#arm();
    }, sleepMs);
  }
}
