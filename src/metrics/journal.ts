import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { EffectLedger } from './effect-ledger.ts';

/** client u32, seq u32, both little-endian */
const RECORD_BYTES = 8;

/** Records in a block, the unit of reading and writing. */
const BLOCK_RECORDS = 8192;

/**
 * The append-only file of effects. Records are collected and written by one `writeSync`. When `flush` returns, the
 * operating system has them and they survive the death of this process, which is what an acknowledgement guarantees.
 *
 * Several processes may append to one file: O_APPEND writes each block of whole records at the end.
 */
export class Journal {
  readonly #fd: number;
  readonly #block = Buffer.alloc(BLOCK_RECORDS * RECORD_BYTES);
  #filled = 0;

  /** Opens or creates `file`, and cuts off the torn last record of a killed process. */
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

  /** Writes the collected records. @throws the file system's error, for instance of a full disk */
  flush(): void {
    const filled = this.#filled;
    // Records that cannot be written now are dropped, because later records after a gap would be misleading.
    this.#filled = 0;
    let written = 0;
    while (written < filled) written += writeSync(this.#fd, this.#block, written, filled - written);
  }

  close(): void {
    this.flush();
    closeSync(this.#fd);
  }
}

/** Reads a growing journal to which other processes append. */
export class JournalReader {
  /** effects read so far */
  readonly ledger = new EffectLedger();
  readonly #fd: number;
  readonly #block = Buffer.alloc(BLOCK_RECORDS * RECORD_BYTES);
  /** bytes of an incomplete record, at the beginning of the block */
  #kept = 0;
  #records = 0;
  readonly #passedOver: (readonly [client: number, seq: number])[] = [];

  /** @throws the file system's error for a missing file */
  constructor(file: string) {
    this.#fd = openSync(file, 'r');
  }

  /** Reads the records appended since the last call. */
  read(): void {
    for (;;) {
      const read = readSync(this.#fd, this.#block, this.#kept, this.#block.length - this.#kept, null);
      if (read === 0) return;
      const end = this.#kept + read;
      const whole = end - (end % RECORD_BYTES);
      for (let at = 0; at < whole; at += RECORD_BYTES) {
        this.#take(this.#block.readUInt32LE(at), this.#block.readUInt32LE(at + 4));
      }
      this.#block.copy(this.#block, 0, whole, end);
      this.#kept = end - whole;
    }
  }

  /** The number of whole records read. */
  get records(): number {
    return this.#records;
  }

  /** Whether the end lies in the middle of a record. */
  get torn(): boolean {
    return this.#kept > 0;
  }

  /** Marks an effect that the ledger has already, so that its record is skipped once. */
  passOver(client: number, seq: number): void {
    this.#passedOver.push([client, seq]);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #take(client: number, seq: number): void {
    this.#records += 1;
    const known = this.#passedOver.findIndex((record) => record[0] === client && record[1] === seq);
    if (known === -1) this.ledger.add(client, seq);
    else this.#passedOver.splice(known, 1);
  }
}

/**
 * Reads the effects of all processes that wrote the file. A torn last record is ignored, because its effect was never
 * acknowledged.
 * @throws the file system's error for a missing file
 */
export function readJournal(file: string): EffectLedger {
  const reader = new JournalReader(file);
  try {
    reader.read();
    return reader.ledger;
  } finally {
    reader.close();
  }
}

/** The content of a finished journal, and its flaw. */
export interface JournalReading {
  readonly ledger: EffectLedger;
  /** end of a sentence that begins with `the gateway's record of effects`; null: the journal is whole */
  readonly flaw: string | null;
}

/**
 * Reads a finished journal, and checks that it is whole.
 *
 * @param clients clients of the run; a record of any other client is a flaw
 * @param effects number of effects that the gateways report
 */
export function readWholeJournal(file: string, clients: number, effects: number): JournalReading {
  let reader: JournalReader;
  try {
    reader = new JournalReader(file);
  } catch (error) {
    return {
      ledger: new EffectLedger(),
      flaw: `cannot be read (${error instanceof Error ? error.message : 'unknown'})`,
    };
  }
  try {
    reader.read();
    const { ledger, records } = reader;
    return {
      ledger,
      flaw: flawOf(reader, clients) ?? (records < effects ? missing(effects - records, effects) : null),
    };
  } finally {
    reader.close();
  }
}

function flawOf({ torn, ledger }: JournalReader, clients: number): string | null {
  if (torn) return 'ends in the middle of an entry';
  return ledger.highestClient >= clients ? 'holds entries of clients that the run does not have' : null;
}

function missing(n: number, effects: number): string {
  return `lacks ${n} of ${effects} effects`;
}
