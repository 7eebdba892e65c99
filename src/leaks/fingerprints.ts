import { DIGEST_BYTES, Digester } from './digester.ts';
import type { RecordedToken } from './record-lines.ts';

/** Slots for each entry of the table, so that a lookup takes a step or two. */
const SLOTS_PER_BLOCK = 4;

/** Index of the tokens of one run by the digests of their blocks. */
export class Fingerprints {
  readonly digester: Digester;
  readonly tokens: readonly RecordedToken[];
  /** for each block: its token, its start in the token, and the two halves of its digest */
  readonly #tokens: Uint32Array;
  readonly #starts: Uint32Array;
  readonly #low: Uint32Array;
  readonly #high: Uint32Array;
  /** index into the four lists above, plus 1; 0: empty */
  readonly #slots: Uint32Array;
  readonly #mask: number;

  constructor(key: Buffer, tokens: readonly RecordedToken[]) {
    this.digester = new Digester(key);
    this.tokens = tokens;
    const blocks = tokens.reduce((sum, { starts }) => sum + starts.length, 0);
    this.#tokens = new Uint32Array(blocks);
    this.#starts = new Uint32Array(blocks);
    this.#low = new Uint32Array(blocks);
    this.#high = new Uint32Array(blocks);
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(SLOTS_PER_BLOCK * blocks + 1)));
    this.#mask = this.#slots.length - 1;
    this.#fill();
  }

  /** The block with this digest; the first recorded one if there are several, -1 if there is none. */
  find(low: number, high: number): number {
    for (let slot = low & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const block = this.#slots[slot]! - 1;
      if (block === -1 || (this.#low[block] === low && this.#high[block] === high)) return block;
    }
  }

  /** The token of a block, as an index into `tokens`. */
  tokenOf(block: number): number {
    return this.#tokens[block]!;
  }

  /** The start of a block in its token. */
  startOf(block: number): number {
    return this.#starts[block]!;
  }

  #fill(): void {
    let block = 0;
    for (const [token, { starts, digests }] of this.tokens.entries()) {
      const bytes = Buffer.from(digests, 'hex');
      for (const [n, start] of starts.entries()) {
        const [low, high] = [bytes.readUInt32BE(n * DIGEST_BYTES), bytes.readUInt32BE(n * DIGEST_BYTES + 4)];
        this.#tokens[block] = token;
        this.#starts[block] = start;
        this.#low[block] = low;
        this.#high[block] = high;
        if (this.find(low, high) === -1) this.#put(low, block);
        block += 1;
      }
    }
  }

  #put(low: number, block: number): void {
    let slot = low & this.#mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = block + 1;
  }
}
