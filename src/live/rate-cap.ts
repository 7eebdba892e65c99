/**
 * How far the line may catch up when a timer was late: without it, every late timer would lower the rate. A second
 * thus sees at most this much more than the stated rate.
 */
const CATCH_UP_MS = 50;

/**
 * Holds attempts towards a host that is not ours to a stated rate. Those over it wait in line, and their latency,
 * which counts from the intended start, shows it.
 */
export class RateCap {
  readonly #perSecond: number;
  readonly #begin: (client: number) => void;
  readonly #nowMs: () => number;
  /** in the order of their asking; a client stands in line at most once, so the population bounds it */
  readonly #line = new Set<number>();
  #nextFreeMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #delayed = 0;

  /** @param perSecond Infinity for no cap */
  constructor(perSecond: number, begin: (client: number) => void, nowMs: () => number) {
    this.#perSecond = perSecond;
    this.#begin = begin;
    this.#nowMs = nowMs;
  }

  /** How many attempts had to wait. */
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

  /** The client does not want to connect any more. */
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
      this.#serve(client, Math.max(nowMs - CATCH_UP_MS, this.#nextFreeMs));
    }
  }

  #serve(client: number, fromMs: number): void {
    this.#nextFreeMs = fromMs + 1000 / this.#perSecond;
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
