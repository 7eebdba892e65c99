import { MAX_TOKEN_CHARS } from './alphabet.ts';
import { hexAt, KIND, KINDS } from './character-kinds.ts';
import { LineIndex, type LinePlace } from './line-index.ts';

/** Bits for the encoding of a character in the source; 0: plain. */
export const MARK = {
  /** percent-encoded */
  url: 1,
  /** as a JSON escape */
  json: 2,
  /** in base64's other alphabet */
  base64: 4,
  /** after a line break that is left out */
  wrapped: 8,
} as const;

/** Replaces all text that is not part of a token. */
export const SEPARATOR = 0;

/** Longest gap between two pieces of a broken token, in bytes: line breaks with indentation, quotes and so on. */
const MAX_GAP_BYTES = 128;
/** Longest gap or escape, in bytes. */
const LOOKAHEAD_BYTES = 2 * MAX_GAP_BYTES;
/** Most bytes that are processed at a time. */
const SLICE_BYTES = 1 << 18;
/** Characters that stay in view when more are added: twice the longest token. */
const VIEW_CHARS = 2 * MAX_TOKEN_CHARS;
const CAPACITY = VIEW_CHARS + SLICE_BYTES + LOOKAHEAD_BYTES;

const codeOf = (char: string): number => char.charCodeAt(0);
const [LF, CR, SPACE, BACKSLASH] = [codeOf('\n'), codeOf('\r'), codeOf(' '), codeOf('\\')];
const [SLASH, PLUS, DASH, UNDERSCORE] = [codeOf('/'), codeOf('+'), codeOf('-'), codeOf('_')];
const [LETTER_N, LETTER_R, LETTER_T, LETTER_U, LETTER_X] = ['n', 'r', 't', 'u', 'x'].map(codeOf);

/**
 * A window that moves over a text of any length and shows tokens as they were issued, also if the source has them
 * percent-encoded, escaped, in base64's other alphabet, or broken over lines. All other text becomes a SEPARATOR.
 */
export class UnwrappedText {
  readonly chars = Buffer.alloc(CAPACITY);
  readonly marks = new Uint8Array(CAPACITY);
  readonly #offsets = new Float64Array(CAPACITY);
  readonly #lines = new LineIndex();
  #length = 0;
  #dropped = 0;
  /** bytes of the source that cannot be decoded before more bytes arrive */
  #rest: Uint8Array = new Uint8Array(0);
  #restOffset = 0;
  #bridging = false;

  /** characters in view */
  get length(): number {
    return this.#length;
  }

  /** characters that have left the view */
  get dropped(): number {
    return this.#dropped;
  }

  /** The position in the source of the character at `index` of the view. */
  placeOf(index: number): LinePlace {
    return this.#lines.placeOf(this.#offsets[index]!);
  }

  /** Adds more of the source in slices; `seen` is called after each, before any of it leaves the view. */
  take(bytes: Uint8Array, seen: () => void): void {
    for (let from = 0; from < bytes.length; from += SLICE_BYTES) {
      this.#advance(bytes.subarray(from, from + SLICE_BYTES), LOOKAHEAD_BYTES);
      seen();
    }
  }

  /** Ends the source. */
  end(): void {
    this.#advance(new Uint8Array(0), 0);
  }

  #advance(more: Uint8Array, lookahead: number): void {
    this.#forget();
    const bytes = this.#rest.length === 0 ? more : Buffer.concat([this.#rest, more]);
    const end = bytes.length - lookahead;
    let at = 0;
    while (at < end) {
      const code = bytes[at]!;
      const kind = KINDS[code]!;
      if (kind === KIND.token) this.#push(code, at++, 0);
      else if (kind === KIND.gap) at = this.#gap(bytes, at);
      else at = this.#other(bytes, at, code, kind);
    }
    // A copy, because a stream may reuse its buffers.
    this.#rest = Uint8Array.from(bytes.subarray(at));
    this.#restOffset += at;
  }

  #forget(): void {
    const count = this.#length - VIEW_CHARS;
    if (count <= 0) return;
    for (const list of [this.chars, this.marks, this.#offsets]) list.copyWithin(0, count, this.#length);
    this.#length = VIEW_CHARS;
    this.#dropped += count;
    this.#lines.forgetBefore(this.#offsets[0]!);
  }

  #push(code: number, at: number, mark: number): void {
    const index = this.#length++;
    this.chars[index] = code;
    this.marks[index] = this.#bridging ? mark | MARK.wrapped : mark;
    this.#offsets[index] = this.#restOffset + at;
    this.#bridging = false;
  }

  #separate(at: number): void {
    this.#bridging = false;
    if (this.#length > 0 && this.chars[this.#length - 1] !== SEPARATOR) this.#push(SEPARATOR, at, 0);
  }

  /** Joins two pieces of a token, if there is one before and one after. */
  #bridge(): void {
    this.#bridging = this.#length > 0 && this.chars[this.#length - 1] !== SEPARATOR;
  }

  /** @returns position of the next byte */
  #other(bytes: Uint8Array, at: number, code: number, kind: number): number {
    if (kind === KIND.nothing) return at + 1;
    if (kind === KIND.equals && isBreak(bytes[at + 1])) return this.#gap(bytes, at + 1);
    if (kind === KIND.percent) {
      // In text that is encoded twice, a percent sign is %25.
      let digits = at + 1;
      while (digits - at < MAX_GAP_BYTES && hexAt(bytes, digits, 2) === 0x25) digits += 2;
      const decoded = hexAt(bytes, digits, 2);
      if (decoded !== -1) return this.#decoded(decoded, at, MARK.url, digits + 2);
    }
    this.#decoded(code, at, 0, at + 1);
    return at + 1;
  }

  #decoded(code: number, at: number, mark: number, next: number): number {
    const kind = KINDS[code];
    if (kind === KIND.token) this.#push(code, at, mark);
    else if (kind === KIND.variant) this.#push(code === PLUS ? DASH : UNDERSCORE, at, mark | MARK.base64);
    else if (isBreak(code)) this.#bridge();
    else this.#separate(at);
    return next;
  }

  /** Handles the bytes between two words, which are a bridge if they contain a line break. */
  #gap(bytes: Uint8Array, start: number): number {
    let at = start;
    let broken = false;
    while (at - start < MAX_GAP_BYTES && at < bytes.length) {
      const code = bytes[at]!;
      if (code === BACKSLASH) {
        const behind = behindBackslashes(bytes, at);
        const letter = bytes[behind];
        if (letter === SLASH || letter === LETTER_U || letter === LETTER_X) {
          if (at === start) return this.#escape(bytes, at, behind);
          break;
        }
        broken ||= letter === LETTER_N || letter === LETTER_R;
        at = letter === LETTER_N || letter === LETTER_R || letter === LETTER_T ? behind + 1 : behind;
      } else if (KINDS[code] === KIND.gap || code === 0 || (code === PLUS && at > start && isSpace(bytes[at + 1]))) {
        if (code === LF) this.#lines.note(this.#restOffset + at);
        broken ||= isBreak(code);
        at += 1;
      } else break;
    }
    if (broken) this.#bridge();
    else this.#separate(start);
    return at;
  }

  /** Decodes `\/`, `\u002e` or `\x2e` after any number of backslashes, because escaped text is often escaped again. */
  #escape(bytes: Uint8Array, at: number, letterAt: number): number {
    if (bytes[letterAt] === SLASH) return this.#decoded(SLASH, at, MARK.json, letterAt + 1);
    const digits = bytes[letterAt] === LETTER_U ? 4 : 2;
    const code = hexAt(bytes, letterAt + 1, digits);
    if (code === -1 || code > 0x7f) {
      this.#separate(at);
      return letterAt;
    }
    return this.#decoded(code, at, MARK.json, letterAt + 1 + digits);
  }
}

function behindBackslashes(bytes: Uint8Array, at: number): number {
  let behind = at + 1;
  while (behind - at < MAX_GAP_BYTES && bytes[behind] === BACKSLASH) behind += 1;
  return behind;
}

function isBreak(code: number | undefined): boolean {
  return code === LF || code === CR;
}

function isSpace(code: number | undefined): boolean {
  return code === SPACE || isBreak(code);
}
