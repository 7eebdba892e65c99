/** Initial capacity in entries, which doubles as needed. */
const FIRST_ROOM = 64;

/**
 * A line of entries (instant, slot) that are put in and taken out in their order, by instant and, within one, by slot: a
 * ring on two flat arrays, which needs no sorting.
 */
export class SlotLane {
  /** Infinity where the head is, while the lane is empty */
  #times = new Float64Array(FIRST_ROOM).fill(Infinity);
  #slots = new Int32Array(FIRST_ROOM);
  #head = 0;
  #size = 0;
  #lastAt = -Infinity;

  get size(): number {
    return this.#size;
  }

  /** The earliest instant; Infinity: the lane is empty. */
  get headAt(): number {
    return this.#times[this.#head]!;
  }

  /** The slot of the earliest entry. Here and in `dropHead`, the lane must not be empty. */
  get headSlot(): number {
    return this.#slots[this.#head]!;
  }

  /** Puts an entry at the end, or in its place among those of its instant. @returns false: it is too early, and is not put in */
  push(at: number, slot: number): boolean {
    if (this.#size > 0 && at < this.#lastAt) return false;
    if (this.#size === this.#times.length) this.#grow();
    const last = this.#times.length - 1;
    let end = (this.#head + this.#size) & last;
    this.#times[end] = at;
    for (let n = this.#size; n > 0; n--) {
      const before = (end - 1) & last;
      if (this.#times[before] !== at || this.#slots[before]! <= slot) break;
      this.#slots[end] = this.#slots[before]!;
      end = before;
    }
    this.#slots[end] = slot;
    this.#lastAt = at;
    this.#size += 1;
    return true;
  }

  dropHead(): void {
    this.#head = (this.#head + 1) & (this.#times.length - 1);
    this.#size -= 1;
    if (this.#size === 0) this.#times[this.#head] = Infinity;
  }

  #grow(): void {
    const room = this.#times.length;
    const times = new Float64Array(room * 2);
    const slots = new Int32Array(room * 2);
    for (let i = 0; i < room; i++) {
      const from = (this.#head + i) & (room - 1);
      times[i] = this.#times[from]!;
      slots[i] = this.#slots[from]!;
    }
    this.#times = times;
    this.#slots = slots;
    this.#head = 0;
  }
}
