/** How finely the instants are kept, in milliseconds. */
const BIN_MS = 100;

/**
 * Work that a server finishes for nobody. That it will be is known when the client gives up; it counts from when it is
 * finished, so that a run which ends before is not charged with it.
 */
export class Waste {
  /** jobs by when they are finished */
  readonly #bins: Uint32Array;

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

  /** Jobs finished by `now`, in whole bins. */
  until(now: number): number {
    let wasted = 0;
    for (const n of this.#bins.subarray(0, Math.floor(now / BIN_MS))) wasted += n;
    return wasted;
  }
}
