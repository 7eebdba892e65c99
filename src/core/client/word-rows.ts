/** Log2 of the words of one chunk, which has 256 KB. */
const CHUNK_BITS = 16;
const CHUNK_WORDS = 1 << CHUNK_BITS;

/**
 * Rows of 32-bit words that share a few large arrays, so a row has no overhead. A row is identified by its handle, and
 * the caller remembers its length, which is a power of two.
 */
export class WordRows {
  readonly #chunks: Uint32Array[] = [];
  /** returned rows by log2 of their length; all their words are 0 */
  readonly #free: number[][] = [];
  /** words of the last chunk that are in use */
  #taken = CHUNK_WORDS;

  /** Takes a row of 2^order words, all of them 0. */
  take(order: number): number {
    const again = this.#free[order]?.pop();
    if (again !== undefined) return again;
    const words = 1 << order;
    if (this.#taken + words > CHUNK_WORDS) {
      this.#chunks.push(new Uint32Array(Math.max(CHUNK_WORDS, words)));
      this.#taken = 0;
    }
    const handle = (this.#chunks.length - 1) * CHUNK_WORDS + this.#taken;
    this.#taken += words;
    return handle;
  }

  /** Returns a row. All its words must be 0. */
  giveBack(handle: number, order: number): void {
    (this.#free[order] ??= []).push(handle);
  }

  /** The array with a row, whose words begin at `WordRows.start(handle)`. */
  chunkOf(handle: number): Uint32Array {
    return this.#chunks[handle >>> CHUNK_BITS]!;
  }

  static start(handle: number): number {
    return handle & (CHUNK_WORDS - 1);
  }
}
