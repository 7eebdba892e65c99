/** Initial capacity in slots, which doubles as needed. */
const FIRST_ROOM = 16;
/** Largest capacity that an emptied list keeps, in slots. */
const KEPT_ROOM = 4096;

/** A growing list of slots that is emptied and filled repeatedly. */
export class SlotList {
  #slots = new Int32Array(0);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  at(index: number): number {
    return this.#slots[index]!;
  }

  push(slot: number): void {
    if (this.#size === this.#slots.length) this.#grow();
    this.#slots[this.#size++] = slot;
  }

  /** Empties the list, and frees the memory of an unusually long one. */
  empty(): void {
    this.#size = 0;
    if (this.#slots.length > KEPT_ROOM) this.#slots = new Int32Array(0);
  }

  #grow(): void {
    const slots = new Int32Array(Math.max(FIRST_ROOM, this.#slots.length * 2));
    slots.set(this.#slots);
    this.#slots = slots;
  }
}
