/** Departures that a line keeps room for at first; the room doubles from there. */
const FIRST_ROOM = 64;

/**
 * A single server with a line before it. A job's departure is known the moment it arrives: when the server, taking all
 * before it one by one, would have finished it. Nothing takes a job out of the line again: work for a client that has
 * given up is done all the same, as by a server that does not notice. Instants are milliseconds on any one monotonic
 * clock, and the rate is exact on average however coarsely that clock is read.
 */
export class Fifo {
  readonly #room: number;
  /** departures of the jobs in the line and in service, in order: a ring */
  #departures = new Float64Array(FIRST_ROOM);
  #head = 0;
  #size = 0;
  #freeAt = -Infinity;

  /** @param room how many may wait besides the one in service; Infinity for no limit */
  constructor(room: number) {
    this.#room = room;
  }

  /** When the job in service departs, as far as `present` has looked; Infinity when there is none. */
  get nextAt(): number {
    return this.#size === 0 ? Infinity : this.#departures[this.#head]!;
  }

  /** How many are in the line or in service at `now`, which never decreases. */
  present(now: number): number {
    while (this.#size > 0 && this.#departures[this.#head]! <= now) {
      this.#head = (this.#head + 1) & (this.#departures.length - 1);
      this.#size -= 1;
    }
    return this.#size;
  }

  /** Takes a job on and returns when it is done; Infinity when the line is full. */
  arrive(now: number, serviceMs: number): number {
    if (serviceMs === 0 && this.#freeAt <= now) return now;
    if (this.present(now) > this.#room) return Infinity;
    this.#freeAt = Math.max(this.#freeAt, now) + serviceMs;
    if (this.#size === this.#departures.length) this.#grow();
    this.#departures[(this.#head + this.#size) & (this.#departures.length - 1)] = this.#freeAt;
    this.#size += 1;
    return this.#freeAt;
  }

  /** How long a job that came at `now` would wait for its turn. */
  waitMs(now: number): number {
    return Math.max(0, this.#freeAt - now);
  }

  /** All jobs are gone, unfinished. */
  clear(): void {
    this.#size = 0;
    this.#freeAt = -Infinity;
  }

  /** What is left to do, of the job in service too, takes `factor` times as long from `now` on. */
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
