/** Slots that a list has room for at first; it doubles from there. */
const FIRST_ROOM = 16;

/** A growing list of slots, emptied and filled over and over. */
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

  /** Forgets what it holds from `size` on. */
  cut(size: number): void {
    this.#size = size;
  }

  #grow(): void {
    const slots = new Int32Array(Math.max(FIRST_ROOM, this.#slots.length * 2));
    slots.set(this.#slots);
    this.#slots = slots;
  }
}
