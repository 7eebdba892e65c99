/** Bounds of one reply of Redis; a longer one is answered by closing the connection. */
export interface ReplyBounds {
  readonly bytes: number;
  readonly elements: number;
  readonly depth: number;
  readonly lineBytes: number;
}

/** More than any reply to squall or BullMQ needs. */
const REPLY_BOUNDS: ReplyBounds = { bytes: 1 << 28, elements: 1 << 20, depth: 16, lineBytes: 1 << 16 };

const LF = 0x0a;
const TYPES = new Set(Buffer.from('+-:$*'));
/** Bytes after the payload of a bulk string: CR LF. */
const END_BYTES = 2;

/**
 * Follows replies in Redis's protocol (RESP2) and says whether they are well-formed and within bounds. The parser of
 * ioredis takes announced lengths on trust: an absurd one throws where nobody can catch it, or fills memory.
 */
export class ReplyGuard {
  readonly #bounds: ReplyBounds;
  /** elements still to come of each open array, outermost first */
  readonly #open: number[] = [];
  #line = '';
  /** bytes still to come of a bulk string, with its end */
  #bulk = 0;
  #bytes = 0;
  #elements = 0;

  constructor(bounds = REPLY_BOUNDS) {
    this.#bounds = bounds;
  }

  /** Returns whether the bytes so far are the beginning of acceptable replies. */
  accepts(chunk: Uint8Array): boolean {
    for (let at = 0; at < chunk.length;) {
      if (this.#bulk > 0) {
        const taken = Math.min(this.#bulk, chunk.length - at);
        this.#bulk -= taken;
        at += taken;
        if (!this.#count(taken)) return false;
        if (this.#bulk === 0) this.#complete();
        continue;
      }
      const end = chunk.indexOf(LF, at);
      const stop = end === -1 ? chunk.length : end + 1;
      this.#line += Buffer.from(
        chunk.buffer,
        chunk.byteOffset + at,
        Math.min(stop - at, this.#bounds.lineBytes + 1),
      ).toString('latin1');
      if (this.#line.length > this.#bounds.lineBytes || !TYPES.has(this.#line.charCodeAt(0)) || !this.#count(stop - at))
        return false;
      at = stop;
      if (end !== -1 && !this.#take()) return false;
    }
    return true;
  }

  #count(bytes: number): boolean {
    this.#bytes += bytes;
    return this.#bytes <= this.#bounds.bytes;
  }

  /** Takes a complete line. */
  #take(): boolean {
    const line = this.#line;
    this.#line = '';
    // The parser ends a line at CR alone, so that one may stand nowhere else.
    if (line.indexOf('\r') !== line.length - END_BYTES) return false;
    const text = line.slice(1, -END_BYTES);
    const isLength = /^(?:-1|\d{1,10})$/.test(text);
    if (line[0] === '$') return isLength && this.#bulkOf(Number(text));
    if (line[0] === '*') return isLength && this.#arrayOf(Number(text));
    if (line[0] === ':' && !/^-?\d{1,20}$/.test(text)) return false;
    this.#complete();
    return true;
  }

  #bulkOf(length: number): boolean {
    if (length < 0) this.#complete();
    else this.#bulk = length + END_BYTES;
    return this.#bytes + this.#bulk <= this.#bounds.bytes;
  }

  #arrayOf(length: number): boolean {
    this.#elements += Math.max(0, length);
    if (this.#elements > this.#bounds.elements || this.#open.length >= this.#bounds.depth) return false;
    if (length > 0) this.#open.push(length);
    else this.#complete();
    return true;
  }

  /** An element is complete, and with it every array whose last one it was. */
  #complete(): void {
    for (;;) {
      const left = this.#open.pop();
      if (left === undefined) break;
      if (left > 1) {
        this.#open.push(left - 1);
        return;
      }
    }
    this.#bytes = 0;
    this.#elements = 0;
  }
}
