import { Curves } from '../metrics/curves.ts';
import { BIN_MS, SERIES, SERIES_INDEX, type SeriesName } from '../core/metrics.ts';

/** Pairs [bin, change] of each changed series, bins ascending. */
export type CurveChanges = Readonly<Partial<Record<SeriesName, readonly (readonly [number, number])[]>>>;

/** Number of bins compared at once, as bytes. */
const COMPARED_AT_ONCE = 2048;

/**
 * Returns the changes of a set of curves since the last call; all changes add up to the curves. All bins are compared,
 * since a late report of a worker counts in the bin of its event.
 */
export class CurveDiff {
  #seen: Curves | null = null;

  take(curves: Curves): CurveChanges {
    this.#seen ??= new Curves(new ArrayBuffer(Curves.bytes(curves.bins)));
    const changes: Partial<Record<SeriesName, [number, number][]>> = {};
    for (const series of SERIES) {
      const changed = takeChanged(curves.values(series), this.#seen.values(series));
      if (changed.length > 0) changes[series] = changed;
    }
    return changes;
  }
}

/**
 * Returns the changes of curves whose past bins no longer change, as in virtual time; compares only the bins since the
 * last call.
 */
export class SettledCurveDiff {
  /** the first bin that may still change, and the part of it already returned for each series */
  #open = 0;
  readonly #taken = new Int32Array(SERIES.length);

  /** @param endMs end of the complete bins, ms; no earlier event is counted later */
  take(curves: Curves, endMs: number): CurveChanges {
    const last = Math.min(curves.bins - 1, Math.floor(endMs / BIN_MS));
    const changes: Partial<Record<SeriesName, [number, number][]>> = {};
    for (const [index, series] of SERIES.entries()) {
      const values = curves.values(series);
      const changed: [number, number][] = [];
      for (let bin = this.#open; bin <= last; bin++) {
        const change = values[bin]! - (bin === this.#open ? this.#taken[index]! : 0);
        if (change !== 0) changed.push([bin, change]);
      }
      this.#taken[index] = values[last]!;
      if (changed.length > 0) changes[series] = changed;
    }
    this.#open = last;
    return changes;
  }
}

/** Updates `seen` to `now` and returns the changes. Each bin is read once, since workers may count meanwhile. */
function takeChanged(now: Int32Array, seen: Int32Array): [number, number][] {
  const changed: [number, number][] = [];
  for (let from = 0; from < now.length; from += COMPARED_AT_ONCE) {
    const to = Math.min(now.length, from + COMPARED_AT_ONCE);
    if (bytesOf(now.subarray(from, to)).equals(bytesOf(seen.subarray(from, to)))) continue;
    for (let bin = from; bin < to; bin++) {
      const n = now[bin]!;
      const change = n - seen[bin]!;
      if (change === 0) continue;
      changed.push([bin, change]);
      seen[bin] = n;
    }
  }
  return changed;
}

/** The bytes of some bins; most bins do not change in a second, and bytes compare faster. */
function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Adds changes to curves; a bin beyond the end counts in the last bin, as in the recorder. */
export function applyChanges(curves: Curves, changes: CurveChanges): void {
  for (const series of SERIES) {
    for (const [bin, change] of changes[series] ?? []) curves.add(SERIES_INDEX[series], bin * BIN_MS, change);
  }
}
