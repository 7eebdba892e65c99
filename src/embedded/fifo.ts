import { aboveNothing } from '../core/fault/gateway.ts';

/**
 * A single server with a constant service time and a bounded line before it (M/D/1 when arrivals are Poisson), in
 * virtual time: each job is due when the server, taking them one by one, would have finished it. The rate is exact on
 * average however coarse the clock is that calls it. Times are milliseconds on any one monotonic clock.
 */
export class Fifo<Job> {
  #serviceMs: number;
  readonly #room: number;
  #jobs: Job[] = [];
  #dueMs: number[] = [];
  #head = 0;
  #freeAtMs = -Infinity;

  /**
   * @param perSecond what the server can do, from 0 on; Infinity for no limit
   * @param room how many may wait besides the one in service; Infinity for no limit
   */
  constructor(perSecond: number, room: number) {
    this.#serviceMs = 1000 / aboveNothing(perSecond);
    this.#room = room;
  }

  /** Works at another rate from now on: what is left to do of the job in service, and all of those that wait. */
  setRate(perSecond: number, nowMs: number): void {
    const serviceMs = 1000 / aboveNothing(perSecond);
    const dueMs = this.#dueMs[this.#head];
    if (dueMs !== undefined) {
      const left = this.#serviceMs === 0 ? 0 : Math.max(0, dueMs - nowMs) / this.#serviceMs;
      this.#freeAtMs = left === 0 ? dueMs : nowMs + left * serviceMs;
      this.#dueMs[this.#head] = this.#freeAtMs;
      for (let at = this.#head + 1; at < this.#dueMs.length; at++) this.#dueMs[at] = this.#freeAtMs += serviceMs;
    }
    this.#serviceMs = serviceMs;
  }

  /** How many wait, not counting the one in service. */
  get waiting(): number {
    return Math.max(0, this.#jobs.length - this.#head - 1);
  }

  /** When the job in service is finished; Infinity when there is none. */
  get nextAtMs(): number {
    return this.#dueMs[this.#head] ?? Infinity;
  }

  /** Takes a job on; false when the line is full. */
  offer(job: Job, nowMs: number): boolean {
    if (this.#head < this.#jobs.length && this.waiting >= this.#room) return false;
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs) + this.#serviceMs;
    this.#jobs.push(job);
    this.#dueMs.push(this.#freeAtMs);
    return true;
  }

  /** The next job that is finished by `nowMs`, in order of arrival; undefined when there is none yet. */
  take(nowMs: number): Job | undefined {
    if (this.#head >= this.#jobs.length || this.nextAtMs > nowMs) return undefined;
    const job = this.#jobs[this.#head++];
    if (this.#head >= COMPACT_AFTER && this.#head * 2 >= this.#jobs.length) this.#compact();
    return job;
  }

  /** How long a job that came now would wait for its turn. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#freeAtMs - nowMs);
  }

  #compact(): void {
    this.#jobs = this.#jobs.slice(this.#head);
    this.#dueMs = this.#dueMs.slice(this.#head);
    this.#head = 0;
  }
}

/** Finished entries kept before the arrays are cut: the cost of cutting is spread over as many jobs. */
const COMPACT_AFTER = 256;
