import { NETWORK } from '../../core/signal.ts';
import type { HttpAnswer } from '../../identity/http-answer.ts';
import { MAX_HEAD_BYTES, MAX_INTERIM_ANSWERS, readHead, type HttpHead } from './http-head.ts';
import type { HttpFailure } from './http-service.ts';

/** Most bytes of an answer's body; a larger one is malformed. */
export const MAX_BODY_BYTES = 65_536;
/** Most characters of a line between chunks, and of all extensions and trailers together. */
const MAX_CHUNK_LINE_CHARS = 1024;
const MAX_CHUNK_EXTRA_CHARS = 16_384;
const LF = 0x0a;
const NOTHING = Buffer.alloc(0);

const LENGTH = /^\d{1,15}$/;
/** A chunk's size, and extensions that are ignored (RFC 9112 section 7.1). */
const CHUNK_LINE = /^([0-9a-fA-F]{1,16})[ \t]*(?:;|$)/;

/** Part of an answer that comes next. */
const PART = { head: 0, length: 1, untilEnd: 2, chunkLine: 3, chunk: 4, chunkEnd: 5, trailer: 6 } as const;

type Outcome = HttpAnswer | HttpFailure;

/**
 * Reads the answer to one request on a connection of its own (RFC 9112 section 6), in pieces of any size. It is bounded in
 * memory, and its outcome does not depend on where the pieces end. Bytes after the answer are ignored.
 */
export class AnswerReader {
  #part: (typeof PART)[keyof typeof PART] = PART.head;
  #head: HttpHead | null = null;
  /** number of interim answers, and where the next head begins */
  #interim = 0;
  #start = 0;
  /** bytes of the head or the body so far */
  readonly #gathered = new Gathered();
  /** bytes that are missing of a chunk, or of a body of known length */
  #left = 0;
  /** line between chunks so far */
  #line = '';
  #extraChars = 0;

  /** Reads the next bytes, which the caller may overwrite afterwards. @returns null: more has to come */
  read(bytes: Buffer): Outcome | null {
    return this.#part === PART.head ? this.#readHead(bytes) : this.#readBody(bytes, 0);
  }

  /** The outcome when the peer ends the connection. */
  end(): Outcome {
    return this.#part === PART.untilEnd ? this.#answer(this.#gathered.text()) : { signal: NETWORK.reset };
  }

  #readHead(arrived: Buffer): Outcome | null {
    const bytes = this.#gathered.length === 0 ? arrived : this.#gathered.with(arrived);
    for (;;) {
      const head = readHead(bytes, this.#start);
      if (head === 'incomplete') {
        if (this.#gathered.length === 0) this.#gathered.append(bytes, 0, bytes.length);
        return null;
      }
      if (head === 'no-http') return malformed('no HTTP');
      if (head === 'too-large') return malformed(`a head of more than ${MAX_HEAD_BYTES} bytes`);
      if (head.status >= 200 || head.status === 101) {
        this.#head = head;
        const flaw = this.#frame(head);
        if (flaw !== null) return malformed(`HTTP ${head.status} ${flaw}`);
        this.#gathered.clear();
        return this.#readBody(bytes, head.end);
      }
      this.#interim += 1;
      if (this.#interim > MAX_INTERIM_ANSWERS) return malformed(`more than ${MAX_INTERIM_ANSWERS} interim answers`);
      this.#start = head.end;
    }
  }

  /** Finds out how long the body is (RFC 9112 section 6.3). @returns description of what is wrong with it; null: nothing */
  #frame({ status, minor, headers, flaw }: HttpHead): string | null {
    if (flaw !== null) return flaw;
    if (status === 101) return 'to a request that asked for no upgrade';
    const { 'transfer-encoding': coding, 'content-length': length } = headers;
    this.#part = PART.length;
    if (status === 204 || status === 304) return null;
    if (coding !== undefined) {
      // A message with both, or in HTTP/1.0, may have been made to be read in two ways.
      if (length !== undefined || minor === 0 || typeof coding !== 'string' || coding.toLowerCase() !== 'chunked')
        return 'with a Transfer-Encoding that leaves its length open';
      this.#part = PART.chunkLine;
    } else if (length === undefined) this.#part = PART.untilEnd;
    else if (typeof length === 'string' && LENGTH.test(length)) this.#left = Number(length);
    else return 'with a Content-Length that is no length';
    return null;
  }

  #readBody(bytes: Buffer, from: number): Outcome | null {
    if (this.#part === PART.length) return this.#readLength(bytes, from);
    if (this.#part === PART.untilEnd) return this.#keeps(bytes, from, bytes.length) ? null : this.#tooLarge();
    return this.#readChunks(bytes, from);
  }

  #readLength(bytes: Buffer, from: number): Outcome | null {
    if (this.#gathered.length + this.#left > MAX_BODY_BYTES) return this.#tooLarge();
    const end = from + this.#left;
    if (this.#gathered.length === 0 && end <= bytes.length) return this.#answer(bytes.toString('utf8', from, end));
    const to = Math.min(bytes.length, end);
    this.#left -= to - from;
    this.#keeps(bytes, from, to);
    return this.#left === 0 ? this.#answer(this.#gathered.text()) : null;
  }

  #readChunks(bytes: Buffer, from: number): Outcome | null {
    for (let at = from; at < bytes.length;) {
      if (this.#part === PART.chunk) {
        const to = Math.min(bytes.length, at + this.#left);
        this.#keeps(bytes, at, to);
        this.#left -= to - at;
        at = to;
        if (this.#left === 0) this.#part = PART.chunkEnd;
        continue;
      }
      const lineEnd = bytes.indexOf(LF, at);
      const to = lineEnd === -1 ? bytes.length : lineEnd;
      if (this.#line.length + (to - at) > MAX_CHUNK_LINE_CHARS) return this.#broken();
      this.#line += bytes.toString('latin1', at, to);
      if (lineEnd === -1) return null;
      at = lineEnd + 1;
      const outcome = this.#endLine();
      if (outcome !== null) return outcome;
    }
    return null;
  }

  /** Reads a whole line between chunks. */
  #endLine(): Outcome | null {
    if (!this.#line.endsWith('\r')) return this.#broken();
    const line = this.#line.slice(0, -1);
    this.#line = '';
    if (this.#part === PART.chunkEnd) {
      this.#part = PART.chunkLine;
      return line === '' ? null : this.#broken();
    }
    if (this.#part === PART.trailer && line === '') return this.#answer(this.#gathered.text());
    const size = this.#part === PART.trailer ? '' : CHUNK_LINE.exec(line)?.[1];
    if (size === undefined) return this.#broken();
    this.#extraChars += line.length - size.length;
    if (this.#extraChars > MAX_CHUNK_EXTRA_CHARS) return this.#broken();
    if (this.#part === PART.trailer) return null;
    this.#left = Number.parseInt(size, 16);
    this.#part = this.#left === 0 ? PART.trailer : PART.chunk;
    return this.#gathered.length + this.#left > MAX_BODY_BYTES ? this.#tooLarge() : null;
  }

  /** Keeps bytes of the body. @returns false: there are too many */
  #keeps(bytes: Buffer, from: number, to: number): boolean {
    if (this.#gathered.length + (to - from) > MAX_BODY_BYTES) return false;
    this.#gathered.append(bytes, from, to);
    return true;
  }

  #answer(body: string): HttpAnswer {
    const { status, headers } = this.#head!;
    return { status, headers, body };
  }

  /** The body of a refusal counts as empty when it is too large. */
  #tooLarge(): Outcome {
    if (this.#head!.status >= 300) return this.#answer('');
    return malformed(`a body of more than ${MAX_BODY_BYTES} bytes`);
  }

  #broken(): HttpFailure {
    return malformed(`HTTP ${this.#head!.status} with a broken chunk`);
  }
}

function malformed(said: string): HttpFailure {
  return { signal: NETWORK.malformed, said };
}

/** Bytes that arrive in pieces, in one buffer that doubles. */
class Gathered {
  #bytes = NOTHING;
  length = 0;

  append(bytes: Buffer, from: number, to: number): void {
    const length = this.length + (to - from);
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, this.length);
      this.#bytes = larger;
    }
    bytes.copy(this.#bytes, this.length, from, to);
    this.length = length;
  }

  /** All bytes, with these at their end. */
  with(bytes: Buffer): Buffer {
    this.append(bytes, 0, bytes.length);
    return this.#bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  text(): string {
    return this.#bytes.toString('utf8', 0, this.length);
  }
}
