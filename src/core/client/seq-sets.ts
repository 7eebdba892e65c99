import { WordRows } from './word-rows.ts';

/** Fields of a set: its bounds, its bits or the handle of their row, and log2 of the row's length. */
const FROM = 0;
const TO = 1;
const BITS = 2;
const ORDER = 3;
const CELLS = 4;

const WORD_BITS = 32;

/**
 * Many sets of command numbers, each of numbers that lie close together: 16 bytes a set while its members span at most
 * 32 numbers, and one bit more for each further number in the span. A set takes a longer row when it needs one and
 * returns it when it is empty, so only memory bounds a set. Sets that were never added to take no memory.
 *
 * The bit of a number is at that number modulo the length of the row, so bits never move while the members increase.
 */
export class SeqSets {
  readonly #cells: Uint32Array;
  readonly #rows = new WordRows();

  /** @param count number of sets, which are numbered from 0 and empty at first */
  constructor(count: number) {
    this.#cells = new Uint32Array(count * CELLS);
  }

  isEmpty(set: number): boolean {
    const at = set * CELLS;
    return this.#cells[at + FROM] === this.#cells[at + TO];
  }

  /** The lowest member of a set that is not empty. */
  first(set: number): number {
    return this.#cells[set * CELLS + FROM]!;
  }

  has(set: number, seq: number): boolean {
    const at = set * CELLS;
    const cells = this.#cells;
    if (!(seq >= cells[at + FROM]! && seq < cells[at + TO]!)) return false;
    const bit = 1 << (seq & 31);
    return (this.#word(at, seq) & bit) !== 0;
  }

  add(set: number, seq: number): void {
    const at = set * CELLS;
    const cells = this.#cells;
    const from = cells[at + FROM]!;
    const to = cells[at + TO]!;
    if (from === to) {
      cells[at + FROM] = seq;
      cells[at + TO] = seq + 1;
    } else {
      const low = Math.min(from, seq);
      const high = Math.max(to, seq + 1);
      if (high - low > WORD_BITS * (1 << cells[at + ORDER]!)) this.#widen(at, high - low);
      cells[at + FROM] = low;
      cells[at + TO] = high;
    }
    this.#set(at, seq);
  }

  /** Removes a number. @returns whether it was a member */
  remove(set: number, seq: number): boolean {
    const at = set * CELLS;
    const cells = this.#cells;
    if (!(seq >= cells[at + FROM]! && seq < cells[at + TO]!)) return false;
    const bit = 1 << (seq & 31);
    if ((this.#word(at, seq) & bit) === 0) return false;
    const order = cells[at + ORDER]!;
    if (order === 0) cells[at + BITS]! &= ~bit;
    else {
      const handle = cells[at + BITS]!;
      this.#rows.chunkOf(handle)[placeOf(handle, order, seq)]! &= ~bit;
    }
    if (seq === cells[at + FROM]) {
      cells[at + FROM] = this.#scan(at, seq + 1);
      if (order !== 0 && cells[at + FROM] === cells[at + TO]) this.#narrow(at);
    }
    return true;
  }

  /** The lowest member from `seq` on; -1: there is none. */
  next(set: number, seq: number): number {
    const at = set * CELLS;
    const to = this.#cells[at + TO]!;
    const found = this.#scan(at, Math.max(seq, this.#cells[at + FROM]!));
    return found < to ? found : -1;
  }

  clear(set: number): void {
    const at = set * CELLS;
    const cells = this.#cells;
    // Zeros are not written, because that would make the system allocate untouched memory.
    if (cells[at + FROM] === cells[at + TO]) return;
    if (cells[at + ORDER] === 0) cells[at + BITS] = 0;
    else {
      this.#wipe(cells[at + BITS]!, cells[at + ORDER]!);
      this.#narrow(at);
    }
    cells[at + FROM] = cells[at + TO]!;
  }

  #word(at: number, seq: number): number {
    const bits = this.#cells[at + BITS]!;
    const order = this.#cells[at + ORDER]!;
    return order === 0 ? bits : this.#rows.chunkOf(bits)[placeOf(bits, order, seq)]!;
  }

  #set(at: number, seq: number): void {
    const cells = this.#cells;
    const bit = 1 << (seq & 31);
    const order = cells[at + ORDER]!;
    if (order === 0) cells[at + BITS]! |= bit;
    else {
      const handle = cells[at + BITS]!;
      this.#rows.chunkOf(handle)[placeOf(handle, order, seq)]! |= bit;
    }
  }

  /** The lowest member from `seq` on, where `seq` is not below the first; without one the upper bound. */
  #scan(at: number, seq: number): number {
    const to = this.#cells[at + TO]!;
    // Bits for numbers below `seq` appear here as numbers past the upper bound.
    for (let from = seq; from < to; from += WORD_BITS - (from & 31)) {
      const word = this.#word(at, from) >>> (from & 31);
      if (word !== 0) return Math.min(to, from + lowest(word));
    }
    return to;
  }

  /** Moves the members to a row that is long enough for the span. */
  #widen(at: number, span: number): void {
    const cells = this.#cells;
    const to = cells[at + TO]!;
    const before = cells[at + BITS]!;
    const orderBefore = cells[at + ORDER]!;
    let order = orderBefore + 1;
    while (WORD_BITS * (1 << order) < span) order += 1;
    const handle = this.#rows.take(order);
    const chunk = this.#rows.chunkOf(handle);
    for (let seq = cells[at + FROM]!; seq < to; seq = this.#scan(at, seq + 1)) {
      chunk[placeOf(handle, order, seq)]! |= 1 << (seq & 31);
    }
    if (orderBefore !== 0) {
      this.#wipe(before, orderBefore);
      this.#rows.giveBack(before, orderBefore);
    }
    cells[at + BITS] = handle;
    cells[at + ORDER] = order;
  }

  /** Returns the row of an empty set, whose words are all 0. */
  #narrow(at: number): void {
    this.#rows.giveBack(this.#cells[at + BITS]!, this.#cells[at + ORDER]!);
    this.#cells[at + BITS] = 0;
    this.#cells[at + ORDER] = 0;
  }

  #wipe(handle: number, order: number): void {
    const start = WordRows.start(handle);
    this.#rows.chunkOf(handle).fill(0, start, start + (1 << order));
  }
}

/** The index in its chunk of the word that holds a number. */
function placeOf(handle: number, order: number, seq: number): number {
  return WordRows.start(handle) + ((seq >>> 5) & ((1 << order) - 1));
}

/** The place of the lowest bit that is set. */
function lowest(word: number): number {
  return 31 - Math.clz32(word & -word);
}
