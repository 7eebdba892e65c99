/** Bits of a command's status byte, as the client knows it. 0: never sent. */
export const STATUS = { sent: 1, resent: 2, acknowledged: 4, gaveUp: 8 } as const;

/** Most commands of one client that are tracked one by one. */
export const MAX_COMMANDS_PER_CLIENT = 1 << 23;
/** Most status bytes in one log. */
const MAX_LOG_BYTES = 1 << 26;
const FIRST_ROW_BYTES = 16;

/** A log as flat arrays, for a message to another thread; the buffers may be transferred. */
export interface CommandRecord {
  /** the log holds every `shards`-th client of the population, from number `shard` on */
  readonly shard: number;
  readonly shards: number;
  /** number of status bytes of each client, in order */
  readonly lengths: Uint32Array;
  /** status bytes of all clients, concatenated; the index within a client's bytes is the command's number */
  readonly status: Uint8Array;
  /** sums of the commands beyond the bounds */
  readonly untracked: CommandCounts;
}

interface CommandCounts {
  readonly sent: number;
  readonly acknowledged: number;
  readonly gaveUp: number;
}

/** Receives the events of each command of each client. */
export interface CommandSink {
  sent(client: number, seq: number, again: boolean): void;
  acknowledged(client: number, seq: number): void;
  gaveUp(client: number, seq: number): void;
}

/** The clients' side of the ledger: one byte for each command that a client sent. */
export class CommandLog implements CommandSink {
  readonly #shard: number;
  readonly #shards: number;
  readonly #rows: (Uint8Array | undefined)[];
  readonly #untracked = { sent: 0, acknowledged: 0, gaveUp: 0 };
  #bytes = 0;

  /** @param clients clients of this shard, numbered 0..clients-1 */
  constructor(clients: number, shard = 0, shards = 1) {
    this.#shard = shard;
    this.#shards = shards;
    this.#rows = Array.from({ length: clients });
  }

  /** Hot. `again`: the command had been sent before. */
  sent(client: number, seq: number, again: boolean): void {
    const row = this.#rowFor(client, seq);
    if (row !== undefined) row[seq]! |= again ? STATUS.sent | STATUS.resent : STATUS.sent;
    else if (!again) this.#untracked.sent++;
  }

  /** Hot. A command that the client gave up before stays given up. */
  acknowledged(client: number, seq: number): void {
    if (!this.#end(client, seq, STATUS.acknowledged)) this.#untracked.acknowledged++;
  }

  /** Hot. */
  gaveUp(client: number, seq: number): void {
    if (!this.#end(client, seq, STATUS.gaveUp)) this.#untracked.gaveUp++;
  }

  export(): CommandRecord {
    const rows = this.#rows.map(withoutTail);
    const lengths = Uint32Array.from(rows, (row) => row.length);
    const status = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
    let offset = 0;
    for (const row of rows) {
      status.set(row, offset);
      offset += row.length;
    }
    return { shard: this.#shard, shards: this.#shards, lengths, status, untracked: { ...this.#untracked } };
  }

  /** @returns false for a command that is not tracked */
  #end(client: number, seq: number, how: number): boolean {
    const row = this.#rows[client];
    if (row === undefined || seq >= row.length) return false;
    if ((row[seq]! & (STATUS.acknowledged | STATUS.gaveUp)) === 0) row[seq]! |= how;
    return true;
  }

  #rowFor(client: number, seq: number): Uint8Array | undefined {
    const row = this.#rows[client];
    if (row !== undefined && seq < row.length) return row;
    return this.#grow(client, seq, row);
  }

  #grow(client: number, seq: number, row: Uint8Array | undefined): Uint8Array | undefined {
    const had = row?.length ?? 0;
    let length = Math.max(had, FIRST_ROW_BYTES);
    while (length <= seq && length < MAX_COMMANDS_PER_CLIENT) length *= 2;
    if (seq >= length || this.#bytes + length - had > MAX_LOG_BYTES) return undefined;
    const grown = new Uint8Array(length);
    if (row !== undefined) grown.set(row);
    this.#rows[client] = grown;
    this.#bytes += length - had;
    return grown;
  }
}

const NOTHING = new Uint8Array(0);

function withoutTail(row: Uint8Array = NOTHING): Uint8Array {
  let length = row.length;
  while (length > 0 && row[length - 1] === 0) length--;
  return row.subarray(0, length);
}
