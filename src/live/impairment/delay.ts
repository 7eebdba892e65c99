import { PassThrough } from './impairment.ts';

/** Bytes that one direction of one connection holds back before it takes no more, as sockets do. */
const MAX_HELD_BYTES = 1 << 18;

/** When something is due that came at `nowMs`, behind what is due at `lastDueMs`; milliseconds. */
export type DueMs = (bytes: number, nowMs: number, lastDueMs: number) => number;

/** Every message takes so much longer, the next one no less than the one before it. */
export function later(drawMs: () => number): DueMs {
  return (_bytes, nowMs, lastDueMs) => Math.max(lastDueMs, nowMs + drawMs());
}

/** No more than so many bytes a second. */
export function narrow(bytesPerSecond: number): DueMs {
  return (bytes, nowMs, lastDueMs) => Math.max(nowMs, lastDueMs) + (bytes / bytesPerSecond) * 1000;
}

/**
 * What passes comes later, each direction in its own order. While too much is held back, the peer is not read, and
 * what the client sends is lost, as it is on a socket that its peer does not read.
 */
export class DelayImpairment extends PassThrough {
  readonly #dueMs: DueMs;
  readonly #in = new Line();
  readonly #out = new Line();

  constructor(dueMs: DueMs) {
    super();
    this.#dueMs = dueMs;
  }

  override get reads(): boolean {
    return !this.#in.isFull;
  }

  override arrives(bytes: Buffer, passOn: (bytes: Buffer) => void): void {
    this.#in.take(bytes.length, this.#dueMs, () => passOn(bytes));
  }

  override leaves(frame: Buffer, _isData: boolean, passOn: (frame: Buffer) => void): void {
    if (!this.#out.isFull) this.#out.take(frame.length, this.#dueMs, () => passOn(frame));
  }

  override ends(tell: () => void): void {
    this.#in.take(0, this.#dueMs, tell);
  }

  /** First what the client sent: it may answer what comes in now, and that is younger. */
  override release(): void {
    this.#out.release();
    this.#in.release();
  }
}

interface Held {
  readonly bytes: number;
  readonly dueMs: number;
  readonly goOn: () => void;
}

/** One direction. */
class Line {
  readonly #held: Held[] = [];
  #heldBytes = 0;
  #lastDueMs = 0;
  #timer: NodeJS.Timeout | null = null;

  get isFull(): boolean {
    return this.#heldBytes >= MAX_HELD_BYTES;
  }

  take(bytes: number, due: DueMs, goOn: () => void): void {
    this.#lastDueMs = due(bytes, performance.now(), this.#lastDueMs);
    this.#held.push({ bytes, dueMs: this.#lastDueMs, goOn });
    this.#heldBytes += bytes;
    this.#sleep();
  }

  release(): void {
    this.#goOnUntil(Infinity);
  }

  #sleep(): void {
    const [next] = this.#held;
    if (next === undefined || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#goOnUntil(performance.now());
      this.#sleep();
    }, next.dueMs - performance.now());
  }

  /** One by one: what goes on may release the rest. */
  #goOnUntil(nowMs: number): void {
    for (let next = this.#held[0]; next !== undefined && next.dueMs <= nowMs; next = this.#held[0]) {
      this.#held.shift();
      this.#heldBytes -= next.bytes;
      next.goOn();
    }
    if (this.#held.length > 0 || this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }
}
