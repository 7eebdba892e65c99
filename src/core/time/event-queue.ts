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
 * SOSP 1987). Setting an alarm anew leaves its old entry behind: an entry counts only while it agrees with the board.
 */
export class EventQueue {
  /** a slot's place on the board minus its number, modulo the slots: the slots that ring first have the first places */
  readonly #shift: number;
  /** when each place is due; Infinity: it is not set */
  readonly #due: Float64Array;
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
   */
  constructor(slots: number, first = 0) {
    this.#shift = first;
    this.#bucketMs = bucketMsFor(slots);
    this.#turnMs = this.#bucketMs * BUCKETS;
    this.#cycleMs = this.#turnMs * TURNS;
    this.#bucketsPerMs = 1 / this.#bucketMs;
    this.#turnsPerMs = 1 / this.#turnMs;
    this.#heapEnd = this.#bucketMs;
    this.#due = new Float64Array(slots).fill(Infinity);
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
    return this.#due[this.#placeOf(slot)]!;
  }

  /** Whether none of the `count` alarms from `first` on is due by `at`. None of them may be among those that go first. */
  isClear(first: number, count: number, at: number): boolean {
    const due = this.#due;
    const place = this.#placeOf(first);
    for (let i = place; i < place + count; i++) if (due[i]! <= at) return false;
    return true;
  }

  /** Sets the alarm, replacing its earlier setting. `at` must be a number; Infinity clears it. */
  set(slot: number, at: number): void {
    const place = this.#placeOf(slot);
    const before = this.#due[place]!;
    if (before === at) return;
    if (at === Infinity) return this.clear(slot);
    if (before === Infinity) this.#armed += 1;
    this.#due[place] = at;
    this.#enter(place, at);
  }

  /**
   * Sets the alarm without an entry, which saves the entry of an alarm that is most often set anew soon. The caller must
   * call `enter`, clear the alarm or set it anew while another alarm that is due before it is set.
   */
  note(slot: number, at: number): void {
    const place = this.#placeOf(slot);
    if (this.#due[place] === Infinity) this.#armed += 1;
    this.#due[place] = at;
  }

  /** Makes the entry that `note` left out, unless the alarm was cleared. */
  enter(slot: number): void {
    const place = this.#placeOf(slot);
    const at = this.#due[place]!;
    if (at !== Infinity) this.#enter(place, at);
  }

  clear(slot: number): void {
    const place = this.#placeOf(slot);
    if (this.#due[place] === Infinity) return;
    this.#due[place] = Infinity;
    this.#armed -= 1;
  }

  /** The instant of the next alarm; Infinity: none is set. */
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
    const place = this.#heap.topSlot;
    this.#due[place] = Infinity;
    this.#armed -= 1;
    this.#heap.dropTop();
    return this.slotAt(place);
  }

  /**
   * Calls `coming` with alarms of which most are due soon, so that their owner can fetch what they need: `slotAt` of the
   * elements of a list, from `from` to `to`.
   */
  announceTo(coming: (places: Int32Array, from: number, to: number) => void): void {
    this.#coming = coming;
  }

  slotAt(place: number): number {
    return place < this.#shift ? place + this.#due.length - this.#shift : place - this.#shift;
  }

  #placeOf(slot: number): number {
    const place = slot + this.#shift;
    return place < this.#due.length ? place : place - this.#due.length;
  }

  #enter(place: number, at: number): void {
    if (at < this.#heapEnd) {
      if (this.#heap.size === this.#heap.room && this.#armed * 2 < this.#heap.size) this.#heap.sweep(this.#due);
      this.#heap.push(at, place);
      return;
    }
    if (this.#entries > this.#due.length + STALE_MARGIN) return this.#layOut();
    this.#entries += 1;
    if (at < this.#turnAt + this.#turnMs)
      this.#wheel[Math.floor((at - this.#turnAt) * this.#bucketsPerMs)]!.push(place);
    else if (at < this.#cycleAt + this.#cycleMs)
      this.#turns[Math.floor((at - this.#cycleAt) * this.#turnsPerMs)]!.push(place);
    else this.#later.push(place);
  }

  /** Moves the next bucket that is not empty into the empty heap. At least one alarm must be set. */
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
      this.#pour(turn, this.#turnAt + this.#turnMs);
      return;
    }
    this.#nextCycle();
  }

  /** Starts a new cycle at the earliest of the later alarms, at the end of a cycle. */
  #nextCycle(): void {
    const later = this.#later;
    let earliest = Infinity;
    for (let n = 0; n < later.chunks; n++) {
      const chunk = later.chunk(n);
      for (let i = 0; i < later.sizeOf(n); i++) earliest = Math.min(earliest, this.#due[chunk[i]!]!);
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

  /**
   * Enters again the alarms that are due before `end`. An alarm that is due later than its list has another entry.
   *
   * The instants lie scattered over a large board. They are read many at a time, without a branch in between, so that
   * the processor waits for memory once and not for each.
   */
  #pour(list: SlotList, end: number): void {
    this.#entries -= list.size;
    for (let n = 0; n < list.chunks; n++) {
      const chunk = list.chunk(n);
      const size = list.sizeOf(n);
      for (let from = 0; from < size; from += READ_AT_ONCE)
        this.#pourSome(chunk, from, Math.min(size, from + READ_AT_ONCE), end);
    }
    list.empty();
  }

  #pourSome(places: Int32Array, from: number, to: number, end: number): void {
    const due = this.#due;
    const read = this.#read;
    if (end === this.#heapEnd) this.#coming(places, from, to);
    for (let i = from; i < to; i++) read[i - from] = due[places[i]!]!;
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
    for (let place = 0; place < this.#due.length; place++) {
      const at = this.#due[place]!;
      if (at !== Infinity) this.#enter(place, at);
    }
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
