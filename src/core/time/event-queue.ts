import { SlotHeap } from './slot-heap.ts';
import { SlotList } from './slot-list.ts';

/** The width of a bucket: few enough alarms at a time for the heap to stay in the cache. A power of two, in ms. */
const BUCKET_MS = 16;
/** Buckets of the wheel, which so reaches 65 s ahead; what is due later waits in one list. */
const BUCKETS = 4096;
/** Entries left over from alarms that were set anew, beyond one for each slot, before the board is laid out afresh. */
const STALE_MARGIN = 65_536;

/**
 * The one event queue of both worlds: a board of numbered alarms, each set to at most one instant or not at all.
 * The simulated world jumps to the next alarm; the live one sleeps until it is due.
 *
 * Alarms ring in the order of their instants and, within one, of their slots, so the order of events depends on
 * nothing but the alarms themselves. Only those of the current 16 ms are kept in order, in a heap; those of the next
 * minute lie unordered in the buckets of a timing wheel, and the rest in one list until the wheel comes round to them
 * (Varghese and Lauck, "Hashed and hierarchical timing wheels", SOSP 1987). Setting an alarm anew leaves its old entry
 * behind: an entry counts only while it agrees with the board.
 */
export class EventQueue {
  /** when each slot is due; Infinity when it is not set */
  readonly #due: Float64Array;
  readonly #heap = new SlotHeap();
  readonly #wheel: readonly SlotList[] = Array.from({ length: BUCKETS }, () => new SlotList());
  readonly #later = new SlotList();
  /** where the wheel's turn began, and where it ends: beyond lies `later` */
  #turnAt = 0;
  #turnEnd = BUCKET_MS * BUCKETS;
  /** the bucket that is in the heap, and where it ends: everything due before is in the heap too */
  #current = 0;
  #heapEnd = BUCKET_MS;
  /** alarms that are set, and entries in the buckets and `later` */
  #armed = 0;
  #entries = 0;

  /** @param slots how many alarms there are; they are numbered from 0 */
  constructor(slots: number) {
    this.#due = new Float64Array(slots).fill(Infinity);
  }

  /** How many alarms are set. */
  get armed(): number {
    return this.#armed;
  }

  /** Entries held, stale ones included: what the queue's memory goes by. */
  get entries(): number {
    return this.#entries + this.#heap.size;
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
    this.#enter(slot, at);
  }

  clear(slot: number): void {
    if (this.#due[slot] === Infinity) return;
    this.#due[slot] = Infinity;
    this.#armed -= 1;
  }

  /** When the next alarm is due: Infinity when none is set. */
  nextAt(): number {
    if (this.#armed === 0) return Infinity;
    const heap = this.#heap;
    for (;;) {
      while (heap.size > 0) {
        if (this.#due[heap.topSlot] === heap.topAt) return heap.topAt;
        heap.dropTop();
      }
      this.#advance();
    }
  }

  /** Takes the next alarm off the board and returns its slot; -1 when none is set. */
  pop(): number {
    if (this.nextAt() === Infinity) return -1;
    const slot = this.#heap.topSlot;
    this.#due[slot] = Infinity;
    this.#armed -= 1;
    this.#heap.dropTop();
    return slot;
  }

  #enter(slot: number, at: number): void {
    if (at < this.#heapEnd) {
      if (this.#heap.size === this.#heap.room && this.#armed * 2 < this.#heap.size) this.#heap.sweep(this.#due);
      this.#heap.push(at, slot);
      return;
    }
    if (this.#entries > this.#due.length + STALE_MARGIN) return this.#layOut();
    this.#entries += 1;
    if (at < this.#turnEnd) this.#wheel[Math.floor((at - this.#turnAt) / BUCKET_MS)]!.push(slot);
    else this.#later.push(slot);
  }

  /** Pours the next bucket that holds anything into the heap, which is empty. There is one, for some alarm is set. */
  #advance(): void {
    for (this.#current++; this.#current < BUCKETS; this.#current++) {
      const bucket = this.#wheel[this.#current]!;
      if (bucket.size === 0) continue;
      this.#heapEnd = this.#turnAt + (this.#current + 1) * BUCKET_MS;
      for (let i = 0; i < bucket.size; i++) {
        const slot = bucket.at(i);
        const at = this.#due[slot]!;
        // What is due later than this bucket has an entry further on.
        if (at < this.#heapEnd) this.#heap.push(at, slot);
      }
      this.#entries -= bucket.size;
      bucket.cut(0);
      return;
    }
    this.#turn();
  }

  /** The wheel has come round: it starts anew where the earliest of the later alarms is due. */
  #turn(): void {
    const later = this.#later;
    const { size } = later;
    let earliest = Infinity;
    for (let i = 0; i < size; i++) earliest = Math.min(earliest, this.#due[later.at(i)]!);
    this.#turnAt = Math.max(this.#turnEnd, Math.floor(earliest / BUCKET_MS) * BUCKET_MS);
    this.#turnEnd = this.#turnAt + BUCKETS * BUCKET_MS;
    this.#heapEnd = this.#turnAt;
    this.#current = -1;
    later.cut(0);
    this.#entries -= size;
    // Reading runs ahead of the writing, which never overtakes it.
    for (let i = 0; i < size; i++) {
      const slot = later.at(i);
      const at = this.#due[slot]!;
      if (at >= this.#turnAt && at !== Infinity) this.#enter(slot, at);
    }
  }

  /** Most entries are stale: throws all away and makes one for each alarm that is set. */
  #layOut(): void {
    this.#heap.clear();
    for (const bucket of this.#wheel) bucket.cut(0);
    this.#later.cut(0);
    this.#entries = 0;
    for (let slot = 0; slot < this.#due.length; slot++) {
      const at = this.#due[slot]!;
      if (at !== Infinity) this.#enter(slot, at);
    }
  }
}
