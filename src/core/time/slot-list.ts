/** Initial capacity in slots, which doubles as needed up to a whole chunk. */
const FIRST_ROOM = 16;
/** Capacity of a chunk, in slots. */
const CHUNK = 4096;

/** Slots, each with a mark in a whole chunk that is not a list's first. */
class Chunk {
  readonly slots: Int32Array;
  readonly marks: Uint16Array;

  constructor(room: number) {
    this.slots = new Int32Array(room);
    this.marks = room < CHUNK ? NO_MARKS : new Uint16Array(room);
  }

  get room(): number {
    return this.slots.length;
  }
}

const NO_MARKS = new Uint16Array(0);
const NO_ROOM = new Chunk(0);

/** Chunks that emptied lists have given back, for the lists that grow next. */
export class SpareChunks {
  readonly #chunks: Chunk[] = [];

  take(): Chunk {
    return this.#chunks.pop() ?? new Chunk(CHUNK);
  }

  giveBack(chunk: Chunk): void {
    this.#chunks.push(chunk);
  }
}

/**
 * A growing list of slots that is emptied and filled repeatedly. A long one is several chunks, which the lists of a queue
 * pass on to one another, so that the memory in use follows their sum and nothing is copied.
 */
export class SlotList {
  readonly #spare: SpareChunks;
  readonly #full: Chunk[] = [];
  #last = NO_ROOM;
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
  chunk(n: number): Chunk {
    return n < this.#full.length ? this.#full[n]! : this.#last;
  }

  sizeOf(n: number): number {
    return n < this.#full.length ? CHUNK : this.#size;
  }

  /** @param mark 16 bits, which are kept of all slots but those of the first chunk, so that a short list has no memory for them */
  push(slot: number, mark: number): void {
    if (this.#size === this.#last.room) this.#grow();
    const last = this.#last;
    if (this.#full.length > 0) last.marks[this.#size] = mark;
    last.slots[this.#size++] = slot;
  }

  /** Empties the list. It keeps the memory of a short one. */
  empty(): void {
    this.#size = 0;
    if (this.#last.room < CHUNK) return;
    this.#spare.giveBack(this.#last);
    for (const chunk of this.#full) this.#spare.giveBack(chunk);
    this.#full.length = 0;
    this.#last = NO_ROOM;
  }

  #grow(): void {
    const { room } = this.#last;
    if (room === CHUNK) {
      this.#full.push(this.#last);
      this.#last = this.#spare.take();
      this.#size = 0;
      return;
    }
    const grown = room * 2 < CHUNK ? new Chunk(Math.max(FIRST_ROOM, room * 2)) : this.#spare.take();
    grown.slots.set(this.#last.slots);
    this.#last = grown;
  }
}
