/** Most line breaks that are remembered; with more in view, all but the last lie outside tokens. */
const MAX_BREAKS = 1 << 20;

/** Position in a file: line and column, both from 1; the column is in bytes. */
export interface LinePlace {
  readonly line: number;
  readonly column: number;
}

/** Index of the line breaks in the visible part of a file. */
export class LineIndex {
  /** offsets of the line feeds, ascending; the first one is before the view */
  #breaks: number[] = [-1];
  /** number of line feeds before those */
  #forgotten = 0;

  /** @param offset offset of a line feed, beyond all earlier ones */
  note(offset: number): void {
    if (this.#breaks.push(offset) > MAX_BREAKS) this.#forget(MAX_BREAKS / 2);
  }

  /** Forgets the line feeds that only positions before this offset need. */
  forgetBefore(offset: number): void {
    this.#forget(this.#lineAt(offset));
  }

  placeOf(offset: number): LinePlace {
    const line = this.#lineAt(offset);
    return { line: this.#forgotten + line + 1, column: offset - this.#breaks[line]! };
  }

  /** The index of the last line feed before the offset. */
  #lineAt(offset: number): number {
    let [low, high] = [0, this.#breaks.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#breaks[middle]! < offset) low = middle;
      else high = middle;
    }
    return low;
  }

  #forget(count: number): void {
    if (count === 0) return;
    this.#breaks = this.#breaks.slice(count);
    this.#forgotten += count;
  }
}
