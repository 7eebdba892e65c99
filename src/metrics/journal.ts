import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { EffectLedger } from './effect-ledger.ts';

/** client u32, seq u32, both little-endian */
const RECORD_BYTES = 8;

/** Read and written in blocks of this many records. */
const BLOCK_RECORDS = 8192;

/**
 * The append-only file of effects. Records are gathered and written by one `writeSync`: once `flush` returns they are
 * with the operating system and survive the death of this process, which is as much as its acknowledgements promise.
 */
export class Journal {
  readonly #fd: number;
  readonly #block = Buffer.alloc(BLOCK_RECORDS * RECORD_BYTES);
  #filled = 0;

  /** Opens `file`, creating it when it is missing, and cuts off the torn last record of a process that was killed. */
  constructor(file: string) {
    this.#fd = openSync(file, 'a');
    const { size } = fstatSync(this.#fd);
    if (size % RECORD_BYTES !== 0) ftruncateSync(this.#fd, size - (size % RECORD_BYTES));
  }

  append(client: number, seq: number): void {
    if (this.#filled === this.#block.length) this.flush();
    this.#block.writeUInt32LE(client, this.#filled);
    this.#block.writeUInt32LE(seq, this.#filled + 4);
    this.#filled += RECORD_BYTES;
  }

  /** @throws the file system's error when the disk is full or gone */
  flush(): void {
    let written = 0;
    while (written < this.#filled) written += writeSync(this.#fd, this.#block, written, this.#filled - written);
    this.#filled = 0;
  }

  close(): void {
    this.flush();
    closeSync(this.#fd);
  }
}

/**
 * How many effects each command had, over every process that wrote the file. A torn last record counts for nothing:
 * its effect was never acknowledged.
 * @throws the file system's error when there is no such file
 */
export function readJournal(file: string): EffectLedger {
  const ledger = new EffectLedger();
  const fd = openSync(file, 'r');
  try {
    const block = Buffer.alloc(BLOCK_RECORDS * RECORD_BYTES);
    for (let kept = 0; ;) {
      const read = readSync(fd, block, kept, block.length - kept, null);
      if (read === 0) return ledger;
      const end = kept + read;
      const whole = end - (end % RECORD_BYTES);
      for (let at = 0; at < whole; at += RECORD_BYTES) ledger.add(block.readUInt32LE(at), block.readUInt32LE(at + 4));
      block.copy(block, 0, whole, end);
      kept = end - whole;
    }
  } finally {
    closeSync(fd);
  }
}
