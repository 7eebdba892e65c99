/** Most bytes of an unsigned integer that is read; longer ones exceed 2^53. */
const MAX_UINT_BYTES = 8;
const LEAST_BYTES = 256;

/** Reads the encoding of lib0 (https://github.com/dmonad/lib0, decoding.js) from bytes of unknown origin. */
export class Lib0Reader {
  #data: Buffer = NOTHING;
  #at = 0;

  /** Begins to read. */
  begin(data: Buffer): void {
    this.#data = data;
    this.#at = 0;
  }

  /** Reads an unsigned integer of 7 bits a byte; -1: there is none, and nothing after it can be read. */
  uint(): number {
    const data = this.#data;
    let value = 0;
    let unit = 1;
    for (let n = 0; n < MAX_UINT_BYTES && this.#at < data.length; n++) {
      const byte = data[this.#at++]!;
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value <= Number.MAX_SAFE_INTEGER ? value : this.#broken();
      unit *= 128;
    }
    return this.#broken();
  }

  /** Passes over a text or bytes with their length before them; false: they are not all there. */
  skip(): boolean {
    const length = this.uint();
    if (length < 0 || length > this.#data.length - this.#at) return this.#broken() >= 0;
    this.#at += length;
    return true;
  }

  /** Reads a text of limited length; what is longer is cut, and one that is not all there is empty. */
  text(maxBytes: number): string {
    const from = this.#at;
    if (!this.skip()) return '';
    const to = this.#at;
    this.#at = from;
    const length = this.uint();
    this.#at = to;
    return this.#data.toString('utf8', to - length, to - length + Math.min(length, maxBytes));
  }

  #broken(): number {
    this.#at = this.#data.length;
    return -1;
  }
}

const NOTHING = Buffer.alloc(0);

/** Writes the encoding of lib0 (encoding.js). Each call of `take` begins anew with the same memory. */
export class Lib0Writer {
  #bytes = Buffer.allocUnsafe(LEAST_BYTES);
  #length = 0;

  byte(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  uint(value: number): this {
    this.#reserve(MAX_UINT_BYTES);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
    return this;
  }

  /** Writes a text with its length in bytes before it. */
  text(value: string): this {
    const length = Buffer.byteLength(value);
    this.uint(length).#reserve(length);
    this.#length += this.#bytes.write(value, this.#length);
    return this;
  }

  /** Writes what another writer has written, with its length before it, and empties that one. */
  nested(other: Lib0Writer): this {
    const length = other.#length;
    this.uint(length).#reserve(length);
    other.#bytes.copy(this.#bytes, this.#length, 0, length);
    this.#length += length;
    other.#length = 0;
    return this;
  }

  /** Returns a copy of what was written. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return taken;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * needed);
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
