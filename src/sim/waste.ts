/** How finely the instants are kept, in milliseconds. */
const BIN_MS = 100;

/**
 * Work that a server finishes for nobody. That it will be is known when the client gives up; it counts from when it is
 * finished, so that a run which ends before is not charged with it.
 */
export class Waste {
  /** jobs by when they are finished */
  readonly #bins: Uint32Array;
  /** jobs in the bins before `#countedTo`, which nothing is added to any more */
  #counted = 0;
  #countedTo = 0;

  /** @param durationMs what is finished later is forgotten */
  constructor(durationMs: number) {
    this.#bins = new Uint32Array(Math.ceil(durationMs / BIN_MS));
  }

  /** A job that is finished at `doneAt` has lost its client. */
  add(doneAt: number): void {
    const bin = Math.floor(doneAt / BIN_MS);
    if (bin < this.#bins.length) this.#bins[bin]! += 1;
  }

  /** Nothing is finished from `now` on, in whole bins, of what was begun before. */
  forgetFrom(now: number): void {
    this.#bins.fill(0, Math.floor(now / BIN_MS));
  }

  /** Jobs finished by `now`, in whole bins. `now` does not go back, and nothing is finished in the past. */
  until(now: number): number {
    const to = Math.min(this.#bins.length, Math.floor(now / BIN_MS));
    for (; this.#countedTo < to; this.#countedTo++) this.#counted += this.#bins[this.#countedTo]!;
    return this.#counted;
  }
}
