/** Initial capacity in entries, which doubles as needed. */
const FIRST_ROOM = 64;

/**
 * A four-ary heap of (instant, slot) on two flat arrays, ordered by instant and, within one, by slot. Four children
 * lie in one cache line, and a heap that fits the cache is what makes it fast.
 */
export class SlotHeap {
  #times = new Float64Array(FIRST_ROOM);
  #slots = new Int32Array(FIRST_ROOM);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get room(): number {
    return this.#times.length;
  }

  /** The earliest instant. Here and below, the heap must not be empty. */
  get topAt(): number {
    return this.#times[0]!;
  }

  get topSlot(): number {
    return this.#slots[0]!;
  }

  push(at: number, slot: number): void {
    if (this.#size === this.#times.length) this.#grow();
    this.#siftUp(this.#size++, at, slot);
  }

  dropTop(): void {
    const last = --this.#size;
    if (last > 0) this.#siftDown(0, this.#times[last]!, this.#slots[last]!);
  }

  clear(): void {
    this.#size = 0;
  }

  /** Drops the entries that are not `valid`. */
  sweep(valid: (at: number, slot: number) => boolean): void {
    const times = this.#times;
    const slots = this.#slots;
    let kept = 0;
    for (let i = 0; i < this.#size; i++) {
      const at = times[i]!;
      const slot = slots[i]!;
      if (!valid(at, slot)) continue;
      times[kept] = at;
      slots[kept++] = slot;
    }
    this.#size = kept;
    for (let i = (kept - 2) >> 2; i >= 0; i--) this.#siftDown(i, times[i]!, slots[i]!);
  }

  #siftUp(from: number, at: number, slot: number): void {
    const times = this.#times;
    const slots = this.#slots;
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >> 2;
      const parentAt = times[parent]!;
      if (parentAt < at || (parentAt === at && slots[parent]! <= slot)) break;
      times[i] = parentAt;
      slots[i] = slots[parent]!;
      i = parent;
    }
    times[i] = at;
    slots[i] = slot;
  }

  #siftDown(from: number, at: number, slot: number): void {
    const times = this.#times;
    const slots = this.#slots;
    const size = this.#size;
    let i = from;
    for (;;) {
      const first = (i << 2) + 1;
      if (first >= size) break;
      const end = Math.min(first + 4, size);
      let best = first;
      let bestAt = times[first]!;
      for (let child = first + 1; child < end; child++) {
        const childAt = times[child]!;
        if (childAt < bestAt || (childAt === bestAt && slots[child]! < slots[best]!)) {
          best = child;
          bestAt = childAt;
        }
      }
      if (at < bestAt || (at === bestAt && slot <= slots[best]!)) break;
      times[i] = bestAt;
      slots[i] = slots[best]!;
      i = best;
    }
    times[i] = at;
    slots[i] = slot;
  }

  #grow(): void {
    const times = new Float64Array(this.#times.length * 2);
    const slots = new Int32Array(this.#slots.length * 2);
    times.set(this.#times);
    slots.set(this.#slots);
    this.#times = times;
    this.#slots = slots;
  }
}
