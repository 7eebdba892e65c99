import { PassThrough } from './impairment.ts';

/** Longest time that a message waits for the next one to swap with, ms. */
const WAITS_MS = 1000;

/** A link that swaps every two messages; control frames keep their places. */
export class ReorderImpairment extends PassThrough {
  readonly #in = new MessageSwap();
  readonly #out = new MessageSwap();

  override frameOut(frame: Buffer, isData: boolean, passOn: (frame: Buffer) => void): void {
    if (isData) this.#out.pass(frame, passOn);
    else passOn(frame);
  }

  override messageIn(message: Buffer, passOn: (message: Buffer) => void): void {
    this.#in.pass(message, passOn);
  }

  override closeFrameIn(passOn: () => void): void {
    this.#in.release();
    passOn();
  }

  override release(): void {
    this.#in.release();
    this.#out.release();
  }
}

/** One direction, in which at most one message waits. */
class MessageSwap {
  #waiting: {
    readonly bytes: Buffer;
    readonly passOn: (bytes: Buffer) => void;
    readonly timer: NodeJS.Timeout;
  } | null = null;

  pass(bytes: Buffer, passOn: (bytes: Buffer) => void): void {
    if (this.#waiting === null) {
      this.#waiting = { bytes, passOn, timer: setTimeout(() => this.release(), WAITS_MS) };
      return;
    }
    passOn(bytes);
    this.release();
  }

  /** Passes the waiting message on alone. */
  release(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    this.#waiting = null;
    clearTimeout(waiting.timer);
    waiting.passOn(waiting.bytes);
  }
}
