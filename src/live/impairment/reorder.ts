import { PassThrough } from './impairment.ts';

/** How long a message waits for another one to change places with. */
const WAITS_MS = 1000;

/** Every two messages change places. Control frames keep theirs. */
export class ReorderImpairment extends PassThrough {
  readonly #in = new Swap();
  readonly #out = new Swap();

  override leaves(frame: Buffer, isData: boolean, passOn: (frame: Buffer) => void): void {
    if (isData) this.#out.take(frame, passOn);
    else passOn(frame);
  }

  override delivers(message: Buffer, passOn: (message: Buffer) => void): void {
    this.#in.take(message, passOn);
  }

  override concludes(tell: () => void): void {
    this.#in.release();
    tell();
  }

  override release(): void {
    this.#in.release();
    this.#out.release();
  }
}

/** One direction: at most one message waits. */
class Swap {
  #waiting: {
    readonly bytes: Buffer;
    readonly passOn: (bytes: Buffer) => void;
    readonly timer: NodeJS.Timeout;
  } | null = null;

  take(bytes: Buffer, passOn: (bytes: Buffer) => void): void {
    if (this.#waiting === null) {
      this.#waiting = { bytes, passOn, timer: setTimeout(() => this.release(), WAITS_MS) };
      return;
    }
    passOn(bytes);
    this.release();
  }

  /** Whoever still waits goes alone. */
  release(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    this.#waiting = null;
    clearTimeout(waiting.timer);
    waiting.passOn(waiting.bytes);
  }
}
