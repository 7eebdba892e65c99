import { BLOCK_CHARS } from './blocks.ts';
import { IS_BASE64URL } from './alphabet.ts';

/** Windows digested in one call: enough to make the call cheap, few enough for the processor's cache. */
const BATCH = 2048;

/** Collects every window of 16 characters of base64url in a text, in batches. */
export class Windows {
  /** the windows, concatenated */
  readonly #blocks = new Uint8Array(BATCH * BLOCK_CHARS);
  readonly #view = new DataView(this.#blocks.buffer);
  /** start of each window */
  readonly #starts = new Uint32Array(BATCH);
  #count = 0;

  /**
   * @param from first possible start of a window
   * @param seen called with each batch of windows and their starts
   */
  each(chars: Uint8Array, from: number, end: number, seen: (blocks: Uint8Array, starts: Uint32Array) => void): void {
    // The last 16 characters as four words: the oldest is the lowest byte of the first.
    let [a, b, c, d, run] = [0, 0, 0, 0, 0];
    for (let at = from; at < end; at++) {
      const code = chars[at]!;
      if (IS_BASE64URL[code] === 0) {
        run = 0;
        continue;
      }
      a = (a >>> 8) | (b << 24);
      b = (b >>> 8) | (c << 24);
      c = (c >>> 8) | (d << 24);
      d = (d >>> 8) | (code << 24);
      if (++run < BLOCK_CHARS) continue;
      const to = this.#count * BLOCK_CHARS;
      this.#view.setUint32(to, a, true);
      this.#view.setUint32(to + 4, b, true);
      this.#view.setUint32(to + 8, c, true);
      this.#view.setUint32(to + 12, d, true);
      this.#starts[this.#count++] = at - BLOCK_CHARS + 1;
      if (this.#count === BATCH) this.#flush(seen);
    }
    this.#flush(seen);
  }

  #flush(seen: (blocks: Uint8Array, starts: Uint32Array) => void): void {
    if (this.#count === 0) return;
    seen(this.#blocks.subarray(0, this.#count * BLOCK_CHARS), this.#starts.subarray(0, this.#count));
    this.#count = 0;
  }
}
