import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { MAX_TOKEN_CHARS } from './alphabet.ts';
import { BLOCK_CHARS, partsOf } from './blocks.ts';
import { DIGEST_BYTES, Digester, KEY_BYTES } from './digester.ts';
import { headerLine, keyOf, OVERFLOW_LINE, tokenLine, type TokenKind } from './record-lines.ts';

/** Most tokens that one run records, which take 80 MB of the results folder. */
export const MAX_RECORDED_TOKENS = 200_000;

/** Creates the record of a run. Only the user may read it, because short claims can be guessed. */
export function beginTokenRecord(file: string): void {
  writeFileSync(file, `${headerLine(randomBytes(KEY_BYTES))}\n`, { flag: 'wx', mode: 0o600 });
}

/**
 * Appends fingerprints of the clients' tokens, never a token, to the record of the run (record-lines.ts). Several writers
 * may share it. Lines are written once in each turn of the event loop, so that a killed run loses almost none. A full
 * disk ends the recording; the other files of the folder report it.
 */
export class TokenRecord {
  readonly #fd: number;
  readonly #digester: Digester;
  #room: number;
  #lines: string[] = [];
  #open = true;

  /** @param writers number of writers that share the file and its bound */
  constructor(file: string, writers: number) {
    this.#digester = new Digester(keyOf(readFileSync(file, 'utf8').split('\n', 1)[0] ?? ''));
    this.#fd = openSync(file, 'a');
    this.#room = Math.floor(MAX_RECORDED_TOKENS / writers);
  }

  /** @param client the client's number in the whole population */
  note(client: number, kind: TokenKind, token: string): void {
    if (this.#room < 0 || token.length > MAX_TOKEN_CHARS) return;
    const line = this.#room > 0 ? this.#lineOf(client, kind, token) : OVERFLOW_LINE;
    if (line === null) return;
    this.#room -= 1;
    if (this.#lines.push(line) === 1) setImmediate(() => this.#flush());
  }

  close(): void {
    this.#flush();
    this.#end();
  }

  #lineOf(client: number, kind: TokenKind, token: string): string | null {
    const { ids, text, blockStarts } = partsOf(token);
    if (blockStarts.length === 0) return null;
    const { length } = blockStarts;
    const blocks = Buffer.from(blockStarts.map((start) => text.slice(start, start + BLOCK_CHARS)).join(''), 'latin1');
    const digests = this.#digester.digest(blocks);
    const kept = Buffer.allocUnsafe(length * DIGEST_BYTES);
    for (let n = 0; n < length; n++) {
      kept.writeUInt32BE(digests.getUint32(n * BLOCK_CHARS), n * DIGEST_BYTES);
      kept.writeUInt32BE(digests.getUint32(n * BLOCK_CHARS + 4), n * DIGEST_BYTES + 4);
    }
    return tokenLine({ client, kind, chars: text.length, ids, starts: blockStarts, digests: kept.toString('hex') });
  }

  #flush(): void {
    if (!this.#open || this.#lines.length === 0) return;
    const bytes = Buffer.from(`${this.#lines.join('\n')}\n`);
    this.#lines = [];
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
    closeSync(this.#fd);
  }
}
