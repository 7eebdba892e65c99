import { Curves } from '../metrics/curves.ts';
import { BIN_MS, SERIES, SERIES_INDEX, type SeriesName } from '../metrics/series.ts';

/** For each series that changed the pairs [bin, by how much], bins ascending. */
export type CurveChanges = Readonly<Partial<Record<SeriesName, readonly (readonly [number, number])[]>>>;

/**
 * Tells what a set of curves gained since it was last asked, as changes that add up to the curves. All bins are
 * compared, not only those of the last second: what a worker reports late lands in the bin in which it happened.
 */
export class CurveDiff {
  #seen: Curves | null = null;

  take(curves: Curves): CurveChanges {
    const seen = this.#seen ?? new Curves(new ArrayBuffer(Curves.bytes(curves.bins)));
    // The workers go on counting: a copy is the same to the comparison and to the next one.
    const now = curves.clone();
    this.#seen = now;
    const changes: Partial<Record<SeriesName, [number, number][]>> = {};
    for (const series of SERIES) {
      const changed = changedBins(now.values(series), seen.values(series));
      if (changed.length > 0) changes[series] = changed;
    }
    return changes;
  }
}

function changedBins(now: Int32Array, before: Int32Array): [number, number][] {
  const changed: [number, number][] = [];
  if (bytesOf(now).equals(bytesOf(before))) return changed;
  for (let bin = 0; bin < now.length; bin++) {
    const change = now[bin]! - before[bin]!;
    if (change !== 0) changed.push([bin, change]);
  }
  return changed;
}

/** Most series stand still in most seconds, and bytes are compared faster than bins. */
function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Adds changes to curves; a bin past their end counts in their last one, as it did when it was recorded. */
export function applyChanges(curves: Curves, changes: CurveChanges): void {
  for (const series of SERIES) {
    for (const [bin, change] of changes[series] ?? []) curves.add(SERIES_INDEX[series], bin * BIN_MS, change);
  }
}
