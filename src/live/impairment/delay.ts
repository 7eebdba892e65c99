import { PassThrough } from './impairment.ts';

/** Most bytes that one direction of a connection holds back, as a socket buffer does. */
const MAX_HELD_BYTES = 1 << 18;

/** Computes when bytes that arrive at `nowMs` pass on, after the bytes before them, due at `lastDueMs`; ms. */
export type DueMs = (bytes: number, nowMs: number, lastDueMs: number) => number;

/** Delays each chunk by a drawn time, and keeps the order. */
export function dueByDelay(drawMs: () => number): DueMs {
  return (_bytes, nowMs, lastDueMs) => Math.max(lastDueMs, nowMs + drawMs());
}

/** Limits the bytes per second. */
export function dueByBandwidth(bytesPerSecond: number): DueMs {
  return (bytes, nowMs, lastDueMs) => Math.max(nowMs, lastDueMs) + (bytes / bytesPerSecond) * 1000;
}

/**
 * A link that delays both directions and keeps the order in each. While `MAX_HELD_BYTES` are held back, the peer is not
 * read, and what the client sends is lost, as on a socket that its peer does not read.
 */
export class DelayImpairment extends PassThrough {
  readonly #dueMs: DueMs;
  readonly #in = new DelayLine();
  readonly #out = new DelayLine();

  constructor(dueMs: DueMs) {
    super();
    this.#dueMs = dueMs;
  }

  override get reads(): boolean {
    return !this.#in.isFull;
  }

  override bytesIn(bytes: Buffer, passOn: (bytes: Buffer) => void): void {
    this.#in.hold(bytes.length, this.#dueMs, () => passOn(bytes));
  }

  override frameOut(frame: Buffer, _isData: boolean, passOn: (frame: Buffer) => void): void {
    if (!this.#out.isFull) this.#out.hold(frame.length, this.#dueMs, () => passOn(frame));
  }

  override endIn(passOn: () => void): void {
    this.#in.hold(0, this.#dueMs, passOn);
  }

  /** Releases what the client sent first: the client may answer what comes in next, and answers are younger. */
  override release(): void {
    this.#out.release();
    this.#in.release();
  }
}

interface Held {
  readonly bytes: number;
  readonly dueMs: number;
  readonly resume: () => void;
}

/** One direction of a delayed link. */
class DelayLine {
  readonly #held: Held[] = [];
  #heldBytes = 0;
  #lastDueMs = 0;
  #timer: NodeJS.Timeout | null = null;

  get isFull(): boolean {
    return this.#heldBytes >= MAX_HELD_BYTES;
  }

  hold(bytes: number, due: DueMs, resume: () => void): void {
    this.#lastDueMs = due(bytes, performance.now(), this.#lastDueMs);
    this.#held.push({ bytes, dueMs: this.#lastDueMs, resume });
    this.#heldBytes += bytes;
    this.#sleep();
  }

  release(): void {
    this.#resumeUntil(Infinity);
  }

  #sleep(): void {
    const [next] = this.#held;
    if (next === undefined || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#resumeUntil(performance.now());
      this.#sleep();
    }, next.dueMs - performance.now());
  }

  /** Passes items on one by one, since a callback may release the rest. */
  #resumeUntil(nowMs: number): void {
    for (let next = this.#held[0]; next !== undefined && next.dueMs <= nowMs; next = this.#held[0]) {
      this.#held.shift();
      this.#heldBytes -= next.bytes;
      next.resume();
    }
    if (this.#held.length > 0 || this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }
}
