import { denseBoard, type Board } from './board.ts';
import { SlotHeap } from './slot-heap.ts';
import { SlotList, SpareChunks } from './slot-list.ts';

/**
 * The width of a bucket, ms: a power of two, so that a bucket holds few enough alarms for the heap to stay in the cache.
 * There are about a hundred when a saturated population of this size retries every few seconds.
 */
const WIDEST_BUCKET_MS = 2;
const NARROWEST_BUCKET_MS = 0.125;
const SLOTS_OF_WIDEST = 1 << 20;
/** Buckets in one turn of the wheel. */
const BUCKETS = 1024;
/** Turns in a cycle of 17 min to 4.7 h; later alarms wait in one list. */
const TURNS = 8192;
/** Instants that are read from the board at a time when a list is sorted in. */
const READ_AT_ONCE = 64;
/** Stale entries, beyond one a slot, at which all entries are rebuilt from the board. */
const STALE_MARGIN = 65_536;

/**
 * The one event queue of both worlds: a board of numbered alarms, each set to at most one instant or not at all.
 * The simulated world jumps to the next alarm; the live one sleeps until it is due.
 *
 * Alarms ring in the order of their instants and, within one, of their slots, after those that go first, so the order
 * of events depends on nothing but the alarms themselves. Only those of the current bucket are kept in order, in a
 * heap. Those of the current turn lie unordered in the buckets of a timing wheel, those of the turns to come in one list
 * each, so that an alarm is moved twice at most within a cycle (Varghese and Lauck, "Hashed and hierarchical timing wheels",
 * SOSP 1987).
 *
 * Setting an alarm anew leaves its old entry behind: an entry counts only while it agrees with the board. The board is
 * large and its instants are read in no order, so that each reading waits for memory. It is therefore read only where a
 * bucket is moved into the heap, at the top of the heap, and for the first entries of a turn. What else an entry needs it
 * has with it: the other entries of a turn are marked with their bucket, those of the heap have their instants.
 *
 * - An alarm that is set has an entry: in the heap if it is due before `heapEnd`, in the wheel, in the list of its turn or
 *   in `later` otherwise. One that was noted has none until it is entered.
 * - Every entry of the heap is earlier than `heapEnd`; every entry of the wheel, the turns and `later` is not, unless it is stale.
 */
export class EventQueue {
  /** a slot's place in the order of one instant: the slot itself, or less than 0 for those that go first */
  readonly #slots: number;
  readonly #firstOnes: number;
  readonly #due: Float64Array;
  readonly #apart: number;
  readonly #bucketMs: number;
  readonly #turnMs: number;
  readonly #cycleMs: number;
  readonly #bucketsPerMs: number;
  readonly #turnsPerMs: number;
  readonly #heap = new SlotHeap();
  readonly #read = new Float64Array(READ_AT_ONCE);
  #coming: (places: Int32Array, from: number, to: number) => void = () => {};
  readonly #spare = new SpareChunks();
  readonly #wheel = lists(BUCKETS, this.#spare);
  readonly #turns = lists(TURNS, this.#spare);
  #later = new SlotList(this.#spare);
  /** start of the cycle, and which of its turns is on the wheel; alarms beyond the cycle are in `later` */
  #cycleAt = 0;
  #turn = 0;
  /** start of that turn, and which of its buckets is in the heap */
  #turnAt = 0;
  #bucket = 0;
  /** every alarm that is due before this instant is in the heap */
  #heapEnd: number;
  /** the number of alarms that are set, and of entries outside the heap */
  #armed = 0;
  #entries = 0;

  /**
   * @param slots how many alarms there are; they are numbered from 0
   * @param first how many of them, the last ones, ring before all others that are due at the same instant
   * @param board board for at least as many alarms
   */
  constructor(slots: number, first = 0, board: Board = denseBoard(slots)) {
    this.#slots = slots;
    this.#firstOnes = slots - first;
    this.#due = board.due;
    this.#apart = board.apart;
    this.#bucketMs = bucketMsFor(slots);
    this.#turnMs = this.#bucketMs * BUCKETS;
    this.#cycleMs = this.#turnMs * TURNS;
    this.#bucketsPerMs = 1 / this.#bucketMs;
    this.#turnsPerMs = 1 / this.#turnMs;
    this.#heapEnd = this.#bucketMs;
    for (let slot = 0; slot < slots; slot++) this.#due[this.#indexOf(slot)] = Infinity;
  }

  /** The number of alarms that are set. */
  get armed(): number {
    return this.#armed;
  }

  /** The number of entries, stale ones included, which determines the memory in use. */
  get entries(): number {
    return this.#entries + this.#heap.size;
  }

  /** The instant at which `slot` is due; Infinity: it is not set. */
  dueAt(slot: number): number {
    return this.#due[this.#indexOf(slot)]!;
  }

  /** Whether none of the `count` alarms from `first` on is due by `at`. */
  isClear(first: number, count: number, at: number): boolean {
    for (let slot = first; slot < first + count; slot++) if (this.#due[this.#indexOf(slot)]! <= at) return false;
    return true;
  }

  /** Sets the alarm, replacing its earlier setting. `at` must be a number; Infinity clears it. */
  set(slot: number, at: number): void {
    const index = this.#indexOf(slot);
    const before = this.#due[index]!;
    if (before === at) return;
    if (at === Infinity) return this.clear(slot);
    if (before === Infinity) this.#armed += 1;
    this.#due[index] = at;
    this.#enter(this.#placeOf(slot), at);
  }

  /**
   * Sets the alarm without an entry, which saves the entry of an alarm that is most often set anew soon. It does not ring:
   * the caller must call `enter`, clear the alarm or set it anew before an alarm that is due later rings.
   */
  note(slot: number, at: number): void {
    const index = this.#indexOf(slot);
    if (this.#due[index] === Infinity) this.#armed += 1;
    this.#due[index] = at;
  }

  /** Makes the entry that `note` left out, unless the alarm was cleared. */
  enter(slot: number): void {
    const at = this.#due[this.#indexOf(slot)]!;
    if (at !== Infinity) this.#enter(this.#placeOf(slot), at);
  }

  clear(slot: number): void {
    const index = this.#indexOf(slot);
    if (this.#due[index] === Infinity) return;
    this.#due[index] = Infinity;
    this.#armed -= 1;
  }

  /** The instant of the next alarm, but for those that are only noted; Infinity: there is none. */
  nextAt(): number {
    return this.#find() ? this.#heap.topAt : Infinity;
  }

  /** Takes the next alarm off the board and returns its slot; -1: there is none. */
  pop(): number {
    if (!this.#find()) return -1;
    const slot = this.slotAt(this.#heap.topSlot);
    this.#due[this.#indexOf(slot)] = Infinity;
    this.#armed -= 1;
    this.#heap.dropTop();
    return slot;
  }

  /**
   * Calls `coming` with alarms of which most are due soon, so that their owner can fetch what they need: `slotAt` of the
   * elements of a list, from `from` to `to`.
   */
  announceTo(coming: (places: Int32Array, from: number, to: number) => void): void {
    this.#coming = coming;
  }

  slotAt(place: number): number {
    return place < 0 ? place + this.#slots : place;
  }

  #placeOf(slot: number): number {
    return slot < this.#firstOnes ? slot : slot - this.#slots;
  }

  #indexOf(slot: number): number {
    return slot + (slot & this.#apart);
  }

  #isDue(at: number, place: number): boolean {
    return this.#due[this.#indexOf(this.slotAt(place))] === at;
  }

  /**
   * Hot. Brings the next alarm that has an entry to the top of the heap.
   *
   * @returns false: none has one
   */
  #find(): boolean {
    const heap = this.#heap;
    const due = this.#due;
    if (this.#armed === 0) return false;
    for (;;) {
      while (heap.size > 0 && due[this.#indexOf(this.slotAt(heap.topSlot))] !== heap.topAt) heap.dropTop();
      if (heap.size > 0) return true;
      if (this.#entries === 0) return false;
      this.#advance();
    }
  }

  #enter(place: number, at: number): void {
    const heap = this.#heap;
    if (at < this.#heapEnd) {
      if (heap.size === heap.room && this.#armed * 2 < heap.size) heap.sweep((due, of) => this.#isDue(due, of));
      heap.push(at, place);
      return;
    }
    if (this.#entries > this.#slots + STALE_MARGIN) return this.#layOut();
    this.#entries += 1;
    if (at < this.#turnAt + this.#turnMs) {
      this.#wheel[Math.floor((at - this.#turnAt) * this.#bucketsPerMs)]!.push(place, 0);
    } else if (at < this.#cycleAt + this.#cycleMs) {
      const turn = Math.floor((at - this.#cycleAt) * this.#turnsPerMs);
      const intoTurnMs = at - this.#cycleAt - turn * this.#turnMs;
      this.#turns[turn]!.push(place, Math.floor(intoTurnMs * this.#bucketsPerMs));
    } else this.#later.push(place, 0);
  }

  /** Moves the next bucket that is not empty into the empty heap. At least one alarm must have an entry. */
  #advance(): void {
    for (this.#bucket += 1; this.#bucket < BUCKETS; this.#bucket += 1) {
      const bucket = this.#wheel[this.#bucket]!;
      if (bucket.size === 0) continue;
      this.#heapEnd = this.#turnAt + (this.#bucket + 1) * this.#bucketMs;
      this.#pour(bucket, this.#heapEnd);
      return;
    }
    this.#nextTurn();
  }

  /** Fills the wheel with the next turn that is not empty, at the end of a turn. */
  #nextTurn(): void {
    for (this.#turn += 1; this.#turn < TURNS; this.#turn += 1) {
      const turn = this.#turns[this.#turn]!;
      if (turn.size === 0) continue;
      this.#beginTurn(this.#cycleAt + this.#turn * this.#turnMs);
      this.#deal(turn);
      return;
    }
    this.#nextCycle();
  }

  /** Starts a new cycle at the earliest of the later alarms, at the end of a cycle. */
  #nextCycle(): void {
    const later = this.#later;
    let earliest = Infinity;
    for (let n = 0; n < later.chunks; n++) {
      const { slots } = later.chunk(n);
      for (let i = 0; i < later.sizeOf(n); i++) earliest = Math.min(earliest, this.dueAt(this.slotAt(slots[i]!)));
    }
    this.#cycleAt = Math.max(this.#cycleAt + this.#cycleMs, Math.floor(earliest / this.#bucketMs) * this.#bucketMs);
    this.#turn = 0;
    this.#beginTurn(this.#cycleAt);
    this.#later = new SlotList(this.#spare);
    this.#pour(later, Infinity);
  }

  #beginTurn(at: number): void {
    this.#turnAt = at;
    this.#bucket = -1;
    this.#heapEnd = at;
  }

  /** Puts each entry of a turn that begins into its bucket: those of the first chunk by the board, the others by their marks. */
  #deal(turn: SlotList): void {
    this.#entries -= turn.sizeOf(0);
    this.#pourChunk(turn.chunk(0).slots, turn.sizeOf(0), this.#turnAt + this.#turnMs);
    for (let n = 1; n < turn.chunks; n++) {
      const { slots, marks } = turn.chunk(n);
      const size = turn.sizeOf(n);
      for (let i = 0; i < size; i++) this.#wheel[marks[i]!]!.push(slots[i]!, 0);
    }
    turn.empty();
  }

  /**
   * Enters again the alarms that are due before `end`. An alarm that is due later than its list has another entry.
   *
   * The instants lie scattered over a large board. They are read many at a time, without a branch in between, so that
   * the processor waits for memory once and not for each.
   */
  #pour(list: SlotList, end: number): void {
    this.#entries -= list.size;
    for (let n = 0; n < list.chunks; n++) this.#pourChunk(list.chunk(n).slots, list.sizeOf(n), end);
    list.empty();
  }

  #pourChunk(places: Int32Array, size: number, end: number): void {
    for (let from = 0; from < size; from += READ_AT_ONCE)
      this.#pourSome(places, from, Math.min(size, from + READ_AT_ONCE), end);
  }

  #pourSome(places: Int32Array, from: number, to: number, end: number): void {
    const due = this.#due;
    const read = this.#read;
    if (end === this.#heapEnd) this.#coming(places, from, to);
    for (let i = from; i < to; i++) read[i - from] = due[this.#indexOf(this.slotAt(places[i]!))]!;
    for (let i = from; i < to; i++) {
      const at = read[i - from]!;
      if (at < end) this.#enter(places[i]!, at);
    }
  }

  /** Replaces all entries, most of which are stale, by one for each alarm that is set. */
  #layOut(): void {
    this.#heap.clear();
    for (const list of [...this.#wheel, ...this.#turns, this.#later]) list.empty();
    this.#entries = 0;
    for (let slot = 0; slot < this.#slots; slot++) this.enter(slot);
  }
}

function lists(count: number, spare: SpareChunks): readonly SlotList[] {
  return Array.from({ length: count }, () => new SlotList(spare));
}

function bucketMsFor(slots: number): number {
  let bucketMs = WIDEST_BUCKET_MS;
  for (let n = slots; n > SLOTS_OF_WIDEST && bucketMs > NARROWEST_BUCKET_MS; n /= 2) bucketMs /= 2;
  return bucketMs;
}
