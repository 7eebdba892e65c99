/** Width of a bin of finishing times, ms. */
const BIN_MS = 100;

/**
 * Work that a server finishes for clients that have given up. A job is known to be wasted when its client gives up, but
 * counts only once it is finished, within the run.
 *
 * Instants are kept as the server's work up to them, in milliseconds at full capacity, so that they hold at any later
 * share of the capacity.
 */
export class WastedWork {
  /** number of jobs by the work up to their end */
  readonly #bins: Uint32Array;
  /** jobs in the bins before `#countedTo`, which no longer change */
  #counted = 0;
  #countedTo = 0;
  /** current share of the server's capacity, since `#since`, with the work `#worked` before it */
  #share = 1;
  #since = 0;
  #worked = 0;

  /** @param durationMs duration of the run; later jobs are not kept */
  constructor(durationMs: number) {
    this.#bins = new Uint32Array(Math.ceil(durationMs / BIN_MS));
  }

  /** Adds a job that is finished at `doneAt` and has lost its client. */
  add(doneAt: number): void {
    const bin = this.#binAt(doneAt);
    if (bin < this.#bins.length) this.#bins[bin]! += 1;
  }

  /** Removes the jobs that would be finished from `now` on, in whole bins. */
  forgetFrom(now: number): void {
    this.#bins.fill(0, this.#binAt(now));
  }

  /** Changes the share of the server's capacity from `now` on. */
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
