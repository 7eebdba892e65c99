import { Curves } from '../metrics/curves.ts';
import { BIN_MS, SERIES, SERIES_INDEX, type SeriesName } from '../core/metrics.ts';

/** For each series that changed the pairs [bin, by how much], bins ascending. */
export type CurveChanges = Readonly<Partial<Record<SeriesName, readonly (readonly [number, number])[]>>>;

/** Bins that are compared as bytes before any is looked at. */
const COMPARED_AT_ONCE = 2048;

/**
 * Tells what a set of curves gained since it was last asked, as changes that add up to the curves. All bins are
 * compared, not only those of the last second: what a worker reports late lands in the bin in which it happened.
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
 * The same of curves to which nothing is added any more in bins that are over, as in virtual time: only what came since
 * is looked at, however long the run.
 */
export class SettledCurveDiff {
  /** the first bin that may have changed since, and what each series has told of it */
  #open = 0;
  readonly #told = new Int32Array(SERIES.length);

  /** @param endMs everything up to then is counted, and nothing before then is counted later */
  take(curves: Curves, endMs: number): CurveChanges {
    const last = Math.min(curves.bins - 1, Math.floor(endMs / BIN_MS));
    const changes: Partial<Record<SeriesName, [number, number][]>> = {};
    for (const [index, series] of SERIES.entries()) {
      const values = curves.values(series);
      const changed: [number, number][] = [];
      for (let bin = this.#open; bin <= last; bin++) {
        const change = values[bin]! - (bin === this.#open ? this.#told[index]! : 0);
        if (change !== 0) changed.push([bin, change]);
      }
      this.#told[index] = values[last]!;
      if (changed.length > 0) changes[series] = changed;
    }
    this.#open = last;
    return changes;
  }
}

/** Brings `seen` up to `now`. Workers may go on counting meanwhile: each bin is read once, for both. */
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

/** Most bins stand still in any second, and bytes are compared faster than bins. */
function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Adds changes to curves; a bin past their end counts in their last one, as it did when it was recorded. */
export function applyChanges(curves: Curves, changes: CurveChanges): void {
  for (const series of SERIES) {
    for (const [bin, change] of changes[series] ?? []) curves.add(SERIES_INDEX[series], bin * BIN_MS, change);
  }
}
