import { GROUP, type Board } from '../time/board.ts';

/** Bytes of an allocation's header, which shifts the records against the cache lines of 64 bytes. */
const HEADER_BYTES = 16;
/** Bytes that processors fetch together: a pair of cache lines. */
const PAIR_BYTES = 128;
/** Offset of the first record. */
const START = PAIR_BYTES - HEADER_BYTES;

/**
 * Memory for columns whose values are used together: one record a client, which holds the client's value of each column.
 * An event then waits for one or two cache lines of its client, and not for one a column. In a population that is larger
 * than the cache these waits are most of the time of a run.
 *
 * Columns are added widest first, so that each value is aligned.
 */
export class Records {
  readonly #buffer: ArrayBuffer;
  readonly #count: number;
  readonly #bytes: number;
  /** the place of the next column */
  #offset = START;

  /** @param bytes size of a record, a multiple of its widest value */
  constructor(count: number, bytes: number) {
    this.#buffer = new ArrayBuffer(this.#offset + count * bytes);
    this.#count = count;
    this.#bytes = bytes;
  }

  float64(): Float64Column {
    const stride = this.#bytes / Float64Array.BYTES_PER_ELEMENT;
    return new Float64Column(new Float64Array(this.#buffer, ...this.#place(Float64Array.BYTES_PER_ELEMENT)), stride);
  }

  float32(): Float32Column {
    const stride = this.#bytes / Float32Array.BYTES_PER_ELEMENT;
    return new Float32Column(new Float32Array(this.#buffer, ...this.#place(Float32Array.BYTES_PER_ELEMENT)), stride);
  }

  uint32(): Uint32Column {
    const stride = this.#bytes / Uint32Array.BYTES_PER_ELEMENT;
    return new Uint32Column(new Uint32Array(this.#buffer, ...this.#place(Uint32Array.BYTES_PER_ELEMENT)), stride);
  }

  uint16(): Uint16Column {
    const stride = this.#bytes / Uint16Array.BYTES_PER_ELEMENT;
    return new Uint16Column(new Uint16Array(this.#buffer, ...this.#place(Uint16Array.BYTES_PER_ELEMENT)), stride);
  }

  uint8(): Uint8Column {
    return new Uint8Column(new Uint8Array(this.#buffer, ...this.#place(1)), this.#bytes);
  }

  /**
   * One group of alarms a record. The other half of each record is for columns, so that the alarms of a client and its
   * columns are fetched together.
   */
  board(): Board {
    if (this.#bytes !== 2 * GROUP * Float64Array.BYTES_PER_ELEMENT) {
      throw new RangeError(`Records: groups of alarms are not half of a record of ${this.#bytes} bytes`);
    }
    const [offset] = this.#place(Float64Array.BYTES_PER_ELEMENT);
    for (let n = 1; n < GROUP; n++) this.#place(Float64Array.BYTES_PER_ELEMENT);
    return { due: new Float64Array(this.#buffer, offset), apart: -GROUP };
  }

  /** Reserves the next bytes of each record. @returns offset and length of an array over the column */
  #place(bytes: number): [number, number] {
    const offset = this.#offset;
    this.#offset += bytes;
    if (offset % bytes !== 0 || this.#offset > START + this.#bytes) {
      throw new RangeError(
        `Records: ${bytes} bytes at ${offset} are not aligned, or do not fit records of ${this.#bytes}`,
      );
    }
    return [offset, Math.max(0, (this.#count - 1) * (this.#bytes / bytes) + 1)];
  }
}

// One class a type, so that each access is compiled for one kind of array.

/** A column of doubles. `client` is an index below the number of records. */
export class Float64Column {
  readonly #values: Float64Array;
  readonly #stride: number;

  constructor(values: Float64Array, stride: number) {
    this.#values = values;
    this.#stride = stride;
  }

  at(client: number): number {
    return this.#values[client * this.#stride]!;
  }

  set(client: number, value: number): void {
    this.#values[client * this.#stride] = value;
  }
}

/** A column of single-precision floats. */
export class Float32Column {
  readonly #values: Float32Array;
  readonly #stride: number;

  constructor(values: Float32Array, stride: number) {
    this.#values = values;
    this.#stride = stride;
  }

  at(client: number): number {
    return this.#values[client * this.#stride]!;
  }

  set(client: number, value: number): void {
    this.#values[client * this.#stride] = value;
  }
}

/** A column of integers of 32 bits. */
export class Uint32Column {
  readonly #values: Uint32Array;
  readonly #stride: number;

  constructor(values: Uint32Array, stride: number) {
    this.#values = values;
    this.#stride = stride;
  }

  at(client: number): number {
    return this.#values[client * this.#stride]!;
  }

  set(client: number, value: number): void {
    this.#values[client * this.#stride] = value;
  }
}

/** A column of integers of 16 bits. */
export class Uint16Column {
  readonly #values: Uint16Array;
  readonly #stride: number;

  constructor(values: Uint16Array, stride: number) {
    this.#values = values;
    this.#stride = stride;
  }

  at(client: number): number {
    return this.#values[client * this.#stride]!;
  }

  set(client: number, value: number): void {
    this.#values[client * this.#stride] = value;
  }
}

/** A column of bytes. */
export class Uint8Column {
  readonly #values: Uint8Array;
  readonly #stride: number;

  constructor(values: Uint8Array, stride: number) {
    this.#values = values;
    this.#stride = stride;
  }

  at(client: number): number {
    return this.#values[client * this.#stride]!;
  }

  set(client: number, value: number): void {
    this.#values[client * this.#stride] = value;
  }
}
