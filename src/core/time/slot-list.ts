/** Slots that a list has room for at first; it doubles from there. */
const FIRST_ROOM = 16;
/** The most room that a list keeps when it is emptied. */
const KEPT_ROOM = 4096;

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

  /** Forgets what it holds, and gives the memory of an uncommonly long list back. */
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
