/** Initial capacity in slots, which doubles as needed up to a whole chunk. */
const FIRST_ROOM = 16;
/** Capacity of a chunk, in slots. */
const CHUNK = 4096;

/** Chunks that emptied lists have given back, for the lists that grow next. */
export class SpareChunks {
  readonly #chunks: Int32Array[] = [];

  take(): Int32Array {
    return this.#chunks.pop() ?? new Int32Array(CHUNK);
  }

  giveBack(chunk: Int32Array): void {
    this.#chunks.push(chunk);
  }
}

/**
 * A growing list of slots that is emptied and filled repeatedly. A long one is several chunks, which the lists of a queue
 * pass on to one another, so that the memory in use follows their sum and nothing is copied.
 */
export class SlotList {
  readonly #spare: SpareChunks;
  readonly #full: Int32Array[] = [];
  #last: Int32Array = new Int32Array(0);
  /** number of slots in the last chunk */
  #size = 0;

  constructor(spare: SpareChunks) {
    this.#spare = spare;
  }

  get size(): number {
    return this.#full.length * CHUNK + this.#size;
  }

  /** The number of chunks, of which the last one may be empty. */
  get chunks(): number {
    return this.#full.length + 1;
  }

  /** The n-th chunk, of which `sizeOf(n)` slots are in use. */
  chunk(n: number): Int32Array {
    return n < this.#full.length ? this.#full[n]! : this.#last;
  }

  sizeOf(n: number): number {
    return n < this.#full.length ? CHUNK : this.#size;
  }

  push(slot: number): void {
    if (this.#size === this.#last.length) this.#grow();
    this.#last[this.#size++] = slot;
  }

  /** Empties the list. It keeps the memory of a short one. */
  empty(): void {
    this.#size = 0;
    if (this.#last.length < CHUNK) return;
    this.#spare.giveBack(this.#last);
    for (const chunk of this.#full) this.#spare.giveBack(chunk);
    this.#full.length = 0;
    this.#last = new Int32Array(0);
  }

  #grow(): void {
    const { length } = this.#last;
    if (length === CHUNK) {
      this.#full.push(this.#last);
      this.#last = this.#spare.take();
      this.#size = 0;
      return;
    }
    const grown = length * 2 < CHUNK ? new Int32Array(Math.max(FIRST_ROOM, length * 2)) : this.#spare.take();
    grown.set(this.#last);
    this.#last = grown;
  }
}
