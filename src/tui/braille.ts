/** Dots of a braille cell: two across, four down. */
const DOTS_ACROSS = 2;
const DOTS_DOWN = 4;

const BLANK = 0x28_00;
/** Bits of the dots by row from the top, left and right (Unicode standard, chapter 21.1, braille patterns). */
const BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** A grid of dots that prints as braille characters, two dots to a column and four to a row. */
export class BrailleCanvas {
  readonly columns: number;
  readonly dotsAcross: number;
  readonly dotsDown: number;
  readonly #cells: Uint8Array;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.#cells = new Uint8Array(columns * rows);
    this.dotsAcross = columns * DOTS_ACROSS;
    this.dotsDown = rows * DOTS_DOWN;
  }

  /** Sets the dot `across` from the left and `up` from the bottom, both from 0; ignores dots outside the grid. */
  set(across: number, up: number): void {
    if (across < 0 || across >= this.dotsAcross || up < 0 || up >= this.dotsDown) return;
    const down = this.dotsDown - 1 - up;
    const cell = Math.floor(down / DOTS_DOWN) * this.columns + Math.floor(across / DOTS_ACROSS);
    this.#cells[cell]! |= BITS[down % DOTS_DOWN]![across % DOTS_ACROSS]!;
  }

  /** The rows from the top, each of exactly `columns` characters; a cell without dots is a space. */
  toRows(): string[] {
    const rows: string[] = [];
    for (let start = 0; start < this.#cells.length; start += this.columns) {
      const cells = this.#cells.subarray(start, start + this.columns);
      rows.push(Array.from(cells, (bits) => (bits === 0 ? ' ' : String.fromCodePoint(BLANK + bits))).join(''));
    }
    return rows;
  }
}
