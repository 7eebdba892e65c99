import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { MAX_TOKEN_CHARS } from './alphabet.ts';
import { BLOCK_CHARS, partsOf } from './blocks.ts';
import { Digester, KEY_BYTES } from './digester.ts';
import { DIGEST_DIGITS, headerLine, keyOf, OVERFLOW_LINE, tokenLine, type TokenKind } from './record-lines.ts';

/** Most tokens that one run records, which take 80 MB of the results folder. */
export const MAX_RECORDED_TOKENS = 200_000;

/** Creates the record of a run. Only the user may read it, because short claims can be guessed. */
export function beginTokenRecord(file: string): void {
  writeFileSync(file, `${headerLine(randomBytes(KEY_BYTES))}\n`, { flag: 'wx', mode: 0o600 });
}

/** Time between two slices of work on the fingerprints, ms. */
const PAUSE_MS = 50;
/** Longest slice of work, ms. */
const SLICE_MS = 5;
/** Share of the time between two slices beyond which the thread is busy, so that the work waits. */
const BUSY_SHARE = 0.25;
/** Hexadecimal digits of what the digester returns for a block, of which DIGEST_DIGITS are its digest. */
const BLOCK_DIGITS = 2 * BLOCK_CHARS;
/** Most tokens that share one call of the cipher. */
const BATCH = 16;
/** Most characters of tokens that wait, in all; more are worked on at once, however busy the thread is. */
const MAX_WAITING_CHARS = 1 << 24;

/**
 * Appends fingerprints of the clients' tokens, never a token, to the record of the run (record-lines.ts). Several writers
 * may share it. Fingerprints are computed in short slices while the thread is not busy, since a storm of refreshes must not
 * wait for them; what waits is bounded, and lost when a run is killed. A full disk ends the recording; the other files of
 * the folder report it.
 */
export class TokenRecord {
  readonly #fd: number;
  readonly #digester: Digester;
  readonly #waiting = new WaitingTokens();
  #room: number;
  #open = true;
  #timer: NodeJS.Timeout | null = null;
  #used = performance.eventLoopUtilization();

  /** @param writers number of writers that share the file and its bound */
  constructor(file: string, writers: number) {
    this.#digester = new Digester(keyOf(readFileSync(file, 'utf8').split('\n', 1)[0] ?? ''));
    this.#fd = openSync(file, 'a');
    this.#room = Math.floor(MAX_RECORDED_TOKENS / writers);
  }

  /** @param client the client's number in the whole population */
  note(client: number, kind: TokenKind, token: string): void {
    if (this.#room < 0 || token.length > MAX_TOKEN_CHARS) return;
    this.#waiting.add(client, kind, token);
    if (this.#waiting.chars > MAX_WAITING_CHARS) this.#work(SLICE_MS);
    this.#timer ??= setTimeout(() => this.#workIfCalm(), PAUSE_MS);
  }

  /** Records what still waits, and ends the record. */
  close(): void {
    this.#work(Infinity);
    this.#end();
  }

  #workIfCalm(): void {
    this.#timer = null;
    const used = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(used, this.#used);
    this.#used = used;
    if (utilization <= BUSY_SHARE) this.#work(SLICE_MS);
    if (this.#waiting.count > 0) this.#timer = setTimeout(() => this.#workIfCalm(), PAUSE_MS);
  }

  /** Records tokens that wait, for this long at most. */
  #work(sliceMs: number): void {
    const endMs = performance.now() + sliceMs;
    const lines: string[] = [];
    while (this.#room >= 0 && performance.now() < endMs && this.#waiting.count > 0) {
      for (const line of this.#linesOf(this.#waiting.take(BATCH))) {
        if (this.#room >= 0) lines.push(this.#room > 0 ? line : OVERFLOW_LINE);
        this.#room -= 1;
      }
    }
    if (this.#room < 0) this.#waiting.clear();
    this.#write(lines);
  }

  /** Returns the lines of those tokens that are long enough to be recorded. */
  #linesOf(tokens: readonly WaitingToken[]): string[] {
    const parts = tokens.map(({ token }) => partsOf(token));
    let blocks = '';
    for (const { text, blockStarts } of parts)
      for (const start of blockStarts) blocks += text.slice(start, start + BLOCK_CHARS);
    const { buffer, byteOffset, byteLength } = this.#digester.digest(Buffer.from(blocks, 'latin1'));
    const digits = Buffer.from(buffer, byteOffset, byteLength).toString('hex');
    const lines: string[] = [];
    let at = 0;
    for (const [n, { ids, text, blockStarts: starts }] of parts.entries()) {
      if (starts.length === 0) continue;
      let digests = '';
      for (const end = at + starts.length * BLOCK_DIGITS; at < end; at += BLOCK_DIGITS)
        digests += digits.slice(at, at + DIGEST_DIGITS);
      const { client, kind } = tokens[n]!;
      lines.push(tokenLine({ client, kind, chars: text.length, ids, starts, digests }));
    }
    return lines;
  }

  #write(lines: readonly string[]): void {
    if (!this.#open || lines.length === 0) return;
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done);
    } catch {
      this.#end();
    }
  }

  #end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#room = -1;
    this.#waiting.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    closeSync(this.#fd);
  }
}

interface WaitingToken {
  readonly client: number;
  readonly kind: TokenKind;
  readonly token: string;
}

/** Tokens in the order in which they came. */
class WaitingTokens {
  #came: WaitingToken[] = [];
  /** older ones, the oldest at the end */
  #next: WaitingToken[] = [];
  chars = 0;

  get count(): number {
    return this.#came.length + this.#next.length;
  }

  add(client: number, kind: TokenKind, token: string): void {
    this.#came.push({ client, kind, token });
    this.chars += token.length;
  }

  /** Takes the oldest, this many at most. */
  take(most: number): WaitingToken[] {
    if (this.#next.length === 0) {
      this.#next = this.#came.toReversed();
      this.#came = [];
    }
    const oldest = this.#next.splice(-most).toReversed();
    for (const { token } of oldest) this.chars -= token.length;
    return oldest;
  }

  clear(): void {
    this.#came = [];
    this.#next = [];
    this.chars = 0;
  }
}
