/** Initial capacity of the ring in departures, which doubles as needed. */
const FIRST_ROOM = 64;

/**
 * A single server with a waiting line, first come, first served. A job's departure is computed when it arrives. A job
 * never leaves the line early: the server also does the work of a client that has given up, as one does that does not
 * notice. Instants are milliseconds on any one monotonic clock; the rate is exact on average however coarse that is.
 */
export class Fifo {
  readonly #room: number;
  /** departures of the jobs in the line and in service, in order: a ring */
  #departures = new Float64Array(FIRST_ROOM);
  #head = 0;
  #size = 0;
  #freeAt = -Infinity;

  /** @param room jobs that may wait besides the one in service; Infinity: no limit */
  constructor(room: number) {
    this.#room = room;
  }

  /** Departure of the job in service, as of the last call of `present`; Infinity: there is none. */
  get nextAt(): number {
    return this.#size === 0 ? Infinity : this.#departures[this.#head]!;
  }

  /** The number of jobs in the line or in service at `now`, which never decreases. */
  present(now: number): number {
    while (this.#size > 0 && this.#departures[this.#head]! <= now) {
      this.#head = (this.#head + 1) & (this.#departures.length - 1);
      this.#size -= 1;
    }
    return this.#size;
  }

  /** Accepts a job and returns its departure; Infinity: the line is full, and the job is refused. */
  arrive(now: number, serviceMs: number): number {
    if (serviceMs === 0 && this.#freeAt <= now) return now;
    if (this.present(now) > this.#room) return Infinity;
    this.#freeAt = Math.max(this.#freeAt, now) + serviceMs;
    if (this.#size === this.#departures.length) this.#grow();
    this.#departures[(this.#head + this.#size) & (this.#departures.length - 1)] = this.#freeAt;
    this.#size += 1;
    return this.#freeAt;
  }

  /** Waiting time of a job that would arrive at `now`. */
  waitMs(now: number): number {
    return Math.max(0, this.#freeAt - now);
  }

  /** Drops all jobs, unfinished. */
  clear(): void {
    this.#size = 0;
    this.#freeAt = -Infinity;
  }

  /** Multiplies the remaining work, also of the job in service, by `factor` from `now` on. */
  stretch(now: number, factor: number): void {
    const present = this.present(now);
    for (let i = 0; i < present; i++) {
      const at = (this.#head + i) & (this.#departures.length - 1);
      this.#departures[at] = now + (this.#departures[at]! - now) * factor;
    }
    if (this.#freeAt > now) this.#freeAt = now + (this.#freeAt - now) * factor;
  }

  #grow(): void {
    const grown = new Float64Array(this.#departures.length * 2);
    const tail = this.#departures.subarray(this.#head);
    grown.set(tail);
    grown.set(this.#departures.subarray(0, this.#head), tail.length);
    this.#departures = grown;
    this.#head = 0;
  }
}
