/** How finely the instants are kept, in milliseconds. */
const BIN_MS = 100;

/**
 * Work that a server finishes for nobody. That it will be is known when the client gives up; it counts from when it is
 * finished, so that a run which ends before is not charged with it.
 *
 * Instants are kept as the work that a server does up to them, in milliseconds at its full capacity: whatever share of
 * its capacity it has until then, it has done a job when it has done that work.
 */
export class WastedWork {
  /** jobs by the work up to their end */
  readonly #bins: Uint32Array;
  /** jobs in the bins before `#countedTo`, which nothing is added to any more */
  #counted = 0;
  #countedTo = 0;
  /** the share of its capacity that the server has, since when, and the work until then */
  #share = 1;
  #since = 0;
  #worked = 0;

  /** @param durationMs what is finished later is forgotten */
  constructor(durationMs: number) {
    this.#bins = new Uint32Array(Math.ceil(durationMs / BIN_MS));
  }

  /** A job that is finished at `doneAt` has lost its client. */
  add(doneAt: number): void {
    const bin = this.#binAt(doneAt);
    if (bin < this.#bins.length) this.#bins[bin]! += 1;
  }

  /** Nothing is finished from `now` on, in whole bins, of what was begun before. */
  forgetFrom(now: number): void {
    this.#bins.fill(0, this.#binAt(now));
  }

  /** The server has this share of its capacity from `now` on. */
  slow(share: number, now: number): void {
    this.#worked = this.#workAt(now);
    this.#since = now;
    this.#share = share;
  }

  /** Jobs finished by `now`, in whole bins. `now` does not go back, and nothing is finished in the past. */
  until(now: number): number {
    const to = Math.min(this.#bins.length, this.#binAt(now));
    for (; this.#countedTo < to; this.#countedTo++) this.#counted += this.#bins[this.#countedTo]!;
    return this.#counted;
  }

  #workAt(atMs: number): number {
    return this.#worked + (atMs - this.#since) * this.#share;
  }

  #binAt(atMs: number): number {
    return Math.floor(this.#workAt(atMs) / BIN_MS);
  }
}
