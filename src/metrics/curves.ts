import { BIN_MS, SERIES, SERIES_INDEX, type SeriesName } from '../core/metrics.ts';
import { slidingPeak, type Peak } from './window.ts';

/**
 * The longest run that can be recorded: a week of 100 ms bins, so that a peak is exact however long the run. Memory is
 * taken by what is counted: the system lends a page of 100 s of a series when the first event falls into it.
 */
export const MAX_BINS = 6_048_000;
const CELL_BYTES = Int32Array.BYTES_PER_ELEMENT;
const TOTAL_BYTES = Float64Array.BYTES_PER_ELEMENT;

/**
 * Events per 100 ms, for each series: the total of each as Float64, then Int32 cells, [series][bin] flat, over a buffer
 * that may be shared. One thread adds, any other may read: a cell is aligned, so a reader sees it as it was or as it is.
 */
export class Curves {
  /** for each series */
  readonly bins: number;
  /** an Int32 would overflow in a week of 4,000 events a second */
  readonly #totals: Float64Array;
  readonly #cells: Int32Array;

  /** Over a buffer of `Curves.bytes(bins)` bytes, whose content is kept. */
  constructor(buffer: ArrayBufferLike) {
    const bins = (buffer.byteLength / SERIES.length - TOTAL_BYTES) / CELL_BYTES;
    if (!Number.isInteger(bins) || bins < 1 || bins > MAX_BINS) {
      throw new RangeError(
        `Curves: a buffer of ${buffer.byteLength} bytes holds no 1 to ${MAX_BINS} bins; size it with Curves.bytes(bins)`,
      );
    }
    this.bins = bins;
    this.#totals = new Float64Array(buffer, 0, SERIES.length);
    this.#cells = new Int32Array(buffer, SERIES.length * TOTAL_BYTES);
  }

  static bytes(bins: number): number {
    return SERIES.length * (TOTAL_BYTES + bins * CELL_BYTES);
  }

  /** Enough bins for a run of this length, at most MAX_BINS. */
  static binsFor(durationMs: number): number {
    return Math.min(MAX_BINS, Math.max(1, Math.ceil(durationMs / BIN_MS)));
  }

  /**
   * Hot. What happens before the run's start falls into the first bin, what happens after its end into the last.
   *
   * @param series one of SERIES_INDEX
   */
  add(series: number, nowMs: number, n = 1): void {
    const bin = nowMs > 0 ? Math.min(this.bins - 1, Math.floor(nowMs / BIN_MS)) : 0;
    this.#cells[series * this.bins + bin]! += n;
    this.#totals[series]! += n;
  }

  /** @returns 0 past either end */
  bin(series: SeriesName, index: number): number {
    if (index < 0 || index >= this.bins) return 0;
    return this.#cells[SERIES_INDEX[series] * this.bins + index] ?? 0;
  }

  /** The bins of one series: a view that goes on changing. */
  values(series: SeriesName): Int32Array {
    const start = SERIES_INDEX[series] * this.bins;
    return this.#cells.subarray(start, start + this.bins);
  }

  /** The bins of several series added up: a copy. */
  sum(names: readonly SeriesName[]): Int32Array {
    const sum = new Int32Array(this.bins);
    for (const name of names) {
      const values = this.values(name);
      for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!;
    }
    return sum;
  }

  /** Counted as the series is, so that asking costs the same however long the run. */
  total(series: SeriesName): number {
    return this.#totals[SERIES_INDEX[series]] ?? 0;
  }

  /** Adds the other's bins to these. They must be equally many. */
  merge(other: Curves): void {
    if (other.bins !== this.bins) {
      throw new RangeError(`Curves: ${other.bins} bins cannot be merged into ${this.bins}; give all shards one length`);
    }
    for (let i = 0; i < this.#cells.length; i++) this.#cells[i]! += other.#cells[i]!;
    for (let i = 0; i < this.#totals.length; i++) this.#totals[i]! += other.#totals[i]!;
  }

  /** The fullest second of a series. */
  peakPerSecond(series: SeriesName): Peak {
    return slidingPeak(this.values(series));
  }

  /** A copy that no other thread writes to: a new one, or in place of what another of as many bins held. */
  copy(into = new Curves(new ArrayBuffer(Curves.bytes(this.bins)))): Curves {
    into.#cells.set(this.#cells);
    into.#totals.set(this.#totals);
    return into;
  }
}
