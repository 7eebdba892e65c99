import { PassingLink } from './link.ts';

/** Bytes that one direction of one connection may hold back; beyond them the client is as good as cut off, and they are lost. */
const MAX_HELD_BYTES = 4 << 20;

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

/** What passes comes later, each direction in its own order. */
export class DelayedLink extends PassingLink {
  readonly #in: Line;
  readonly #out: Line;

  constructor(dueMs: DueMs) {
    super();
    this.#in = new Line(dueMs);
    this.#out = new Line(dueMs);
  }

  override arrives(bytes: Buffer, passOn: (bytes: Buffer) => void): void {
    this.#in.take(bytes, passOn);
  }

  override leaves(frame: Buffer, _isData: boolean, passOn: (frame: Buffer) => void): void {
    this.#out.take(frame, passOn);
  }

  override release(): void {
    this.#in.release();
    this.#out.release();
  }
}

interface Held {
  readonly bytes: Buffer;
  readonly dueMs: number;
  readonly passOn: (bytes: Buffer) => void;
}

/** One direction. */
class Line {
  readonly #dueMs: DueMs;
  #held: Held[] = [];
  #heldBytes = 0;
  #lastDueMs = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(dueMs: DueMs) {
    this.#dueMs = dueMs;
  }

  take(bytes: Buffer, passOn: (bytes: Buffer) => void): void {
    if (this.#heldBytes + bytes.length > MAX_HELD_BYTES) return;
    this.#lastDueMs = this.#dueMs(bytes.length, performance.now(), this.#lastDueMs);
    this.#held.push({ bytes, dueMs: this.#lastDueMs, passOn });
    this.#heldBytes += bytes.length;
    this.#timer ??= this.#sleep();
  }

  release(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#passOnUntil(Infinity);
  }

  #sleep(): NodeJS.Timeout | null {
    const [next] = this.#held;
    if (next === undefined) return null;
    return setTimeout(() => {
      this.#passOnUntil(performance.now());
      this.#timer = this.#sleep();
    }, next.dueMs - performance.now());
  }

  #passOnUntil(nowMs: number): void {
    const later = this.#held.findIndex(({ dueMs }) => dueMs > nowMs);
    const due = this.#held.splice(0, later === -1 ? this.#held.length : later);
    for (const { bytes, passOn } of due) {
      this.#heldBytes -= bytes.length;
      passOn(bytes);
    }
  }
}
