/** Line breaks that are remembered. More of them in view than this, and all but the last lie in no token. */
const MAX_BREAKS = 1 << 20;

/** Where in a file something stands, both counted from 1; the column in bytes. */
export interface LinePlace {
  readonly line: number;
  readonly column: number;
}

/** The line breaks of the part of a file that is in view. */
export class LineIndex {
  /** offsets of the line feeds, ascending; the first is the one before the view */
  #breaks: number[] = [-1];
  /** line feeds before those */
  #forgotten = 0;

  /** @param offset of a line feed, beyond all noted so far */
  note(offset: number): void {
    if (this.#breaks.push(offset) > MAX_BREAKS) this.#forget(MAX_BREAKS / 2);
  }

  /** Nobody will ask for places before this offset. */
  forgetBefore(offset: number): void {
    this.#forget(this.#lineAt(offset));
  }

  placeOf(offset: number): LinePlace {
    const line = this.#lineAt(offset);
    return { line: this.#forgotten + line + 1, column: offset - this.#breaks[line]! };
  }

  /** Index of the last break before the offset. */
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
