import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { EffectLedger } from './effect-ledger.ts';

/** client u32, seq u32, both little-endian */
const RECORD_BYTES = 8;

/** Read and written in blocks of this many records. */
const BLOCK_RECORDS = 8192;

/**
 * The append-only file of effects. Records are gathered and written by one `writeSync`: once `flush` returns they are
 * with the operating system and survive the death of this process, which is as much as its acknowledgements promise.
 *
 * Several processes may append to one file: O_APPEND puts each write at the end, whole, and all are multiples of a
 * record.
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
    const filled = this.#filled;
    // What cannot be written now is not written later either: records after a gap would tell a false story.
    this.#filled = 0;
    let written = 0;
    while (written < filled) written += writeSync(this.#fd, this.#block, written, filled - written);
  }

  close(): void {
    this.flush();
    closeSync(this.#fd);
  }
}

/** Reads a journal while it grows: what processes wrote that have ended, and what others append beside this one. */
export class JournalReader {
  /** how many effects each command had, as far as has been read */
  readonly ledger = new EffectLedger();
  readonly #fd: number;
  readonly #block = Buffer.alloc(BLOCK_RECORDS * RECORD_BYTES);
  /** bytes of a record whose rest has not been seen yet; they stand at the beginning of the block */
  #kept = 0;
  #records = 0;
  readonly #passedOver: (readonly [client: number, seq: number])[] = [];

  /** @throws the file system's error when there is no such file */
  constructor(file: string) {
    this.#fd = openSync(file, 'r');
  }

  /** Takes in what has been appended since. */
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

  /** Whole records that have been read. */
  get records(): number {
    return this.#records;
  }

  /** Whether what has been read ends in the middle of a record. */
  get torn(): boolean {
    return this.#kept > 0;
  }

  /** The ledger holds this effect already: its record is passed over once, when it is met. */
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
 * How many effects each command had, over every process that wrote the file. A torn last record counts for nothing:
 * its effect was never acknowledged.
 * @throws the file system's error when there is no such file
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

/** A journal that nobody writes to any more, and whether it tells all. */
export interface JournalReading {
  readonly ledger: EffectLedger;
  /** what is wrong with it, after `the gateway's record of effects`; null when it is whole */
  readonly flaw: string | null;
}

/**
 * Reads a journal whose writers have ended, and checks that it is whole.
 *
 * @param clients of the run: a record of any other is no record
 * @param effects that the gateways say they have recorded
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
