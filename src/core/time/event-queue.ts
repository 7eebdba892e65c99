/**
 * The one event queue of both worlds: a board of numbered alarms, each set to at most one instant or not at all.
 * The simulated world jumps to the next alarm; the live one sleeps until it is due.
 *
 * A four-ary heap on typed arrays orders (instant, slot); equal instants ring in slot order, so the order of events
 * depends on nothing but the alarms themselves. Resetting an alarm leaves its old heap entry behind: an entry counts
 * only while it equals what the board says, and the heap is swept when more than half of it is stale. That keeps
 * `set` free of any search, and a sift within two flat arrays.
 */
export class EventQueue {
  /** when each slot is due; Infinity when it is not set */
  readonly #due: Float64Array;
  #times: Float64Array;
  #slots: Int32Array;
  #size = 0;
  #armed = 0;

  /** @param slots how many alarms there are; they are numbered from 0 */
  constructor(slots: number) {
    this.#due = new Float64Array(slots).fill(Infinity);
    const room = Math.max(SMALLEST_HEAP, Math.min(slots, FIRST_HEAP));
    this.#times = new Float64Array(room);
    this.#slots = new Int32Array(room);
  }

  /** How many alarms are set. */
  get armed(): number {
    return this.#armed;
  }

  /** Entries that the heap has room for: alarms that are set, and stale ones not swept out yet. */
  get room(): number {
    return this.#times.length;
  }

  /** When `slot` is due: Infinity when it is not set. */
  dueAt(slot: number): number {
    return this.#due[slot]!;
  }

  /** Sets the alarm, in place of whatever it was set to. `at` must be a number; Infinity clears it. */
  set(slot: number, at: number): void {
    const before = this.#due[slot]!;
    if (before === at) return;
    if (at === Infinity) return this.clear(slot);
    if (before === Infinity) this.#armed += 1;
    this.#due[slot] = at;
    if (this.#size === this.#times.length) this.#makeRoom();
    this.#siftUp(this.#size++, at, slot);
  }

  clear(slot: number): void {
    if (this.#due[slot] === Infinity) return;
    this.#due[slot] = Infinity;
    this.#armed -= 1;
  }

  /** When the next alarm is due: Infinity when none is set. */
  nextAt(): number {
    while (this.#size > 0 && this.#due[this.#slots[0]!] !== this.#times[0]) this.#dropTop();
    return this.#size === 0 ? Infinity : this.#times[0]!;
  }

  /** Takes the next alarm off the board and returns its slot; -1 when none is set. */
  pop(): number {
    if (this.nextAt() === Infinity) return -1;
    const slot = this.#slots[0]!;
    this.#due[slot] = Infinity;
    this.#armed -= 1;
    this.#dropTop();
    return slot;
  }

  #dropTop(): void {
    const last = --this.#size;
    if (last > 0) this.#siftDown(0, this.#times[last]!, this.#slots[last]!);
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

  /** Sweeps out stale entries when they are the majority, and grows otherwise. */
  #makeRoom(): void {
    if (this.#armed * 2 < this.#size) return this.#sweep();
    const times = new Float64Array(this.#times.length * 2);
    const slots = new Int32Array(this.#slots.length * 2);
    times.set(this.#times);
    slots.set(this.#slots);
    this.#times = times;
    this.#slots = slots;
  }

  #sweep(): void {
    const times = this.#times;
    const slots = this.#slots;
    let kept = 0;
    for (let i = 0; i < this.#size; i++) {
      const at = times[i]!;
      const slot = slots[i]!;
      if (this.#due[slot] !== at) continue;
      times[kept] = at;
      slots[kept++] = slot;
    }
    this.#size = kept;
    for (let i = (kept - 2) >> 2; i >= 0; i--) this.#siftDown(i, times[i]!, slots[i]!);
  }
}

/** Entries that the heap has room for at first, at least and at most; it doubles from there. */
const SMALLEST_HEAP = 64;
const FIRST_HEAP = 1 << 16;
