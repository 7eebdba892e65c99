import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Most bytes of the record that one call returns; each line is far shorter. */
const CHUNK_BYTES = 1 << 20;
const LINE_FEED = 0x0a;

/**
 * The record of tokens of one shard, in a file and a folder of its own, whose new lines are sent to the coordinator as it
 * grows. The shard's process removes the folder, too, since this one may be killed.
 */
export class TokenTail {
  /** file to which the shard's worker appends */
  readonly file: string;
  readonly #folder: string;
  readonly #fd: number;
  readonly #chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  #at: number;

  /** @param header first lines of the coordinator's record, with the key of its fingerprints */
  constructor(header: string) {
    this.#folder = mkdtempSync(join(tmpdir(), 'squall-shard-'));
    this.file = join(this.#folder, 'tokens.fp');
    const text = header.endsWith('\n') ? header : `${header}\n`;
    writeFileSync(this.file, text, { flag: 'wx', mode: 0o600 });
    this.#at = Buffer.byteLength(text);
    this.#fd = openSync(this.file, 'r');
  }

  /** Returns whole lines that were added since the last call, a MiB at most; empty: there are none. */
  take(): string {
    const read = readSync(this.#fd, this.#chunk, 0, CHUNK_BYTES, this.#at);
    const length = this.#chunk.subarray(0, read).lastIndexOf(LINE_FEED) + 1;
    this.#at += length;
    return this.#chunk.toString('utf8', 0, length);
  }

  /** Removes the folder. */
  close(): void {
    closeSync(this.#fd);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
