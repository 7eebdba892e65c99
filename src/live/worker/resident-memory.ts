/**
 * The resident memory of this process. Node reads it from a file, which it cannot open in a storm that uses up the
 * process's descriptors; the newest figure stands until then.
 */
export class ResidentMemory {
  #bytes = 0;

  /** Returns the resident bytes now, or those of the last time they could be read; 0: never. */
  get bytes(): number {
    try {
      this.#bytes = process.memoryUsage.rss();
    } catch {
      // No descriptor is free.
    }
    return this.#bytes;
  }
}
