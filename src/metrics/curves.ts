import { BIN_MS, SERIES, SERIES_INDEX, type SeriesName } from '../core/metrics.ts';
import { slidingPeak, type Peak } from './window.ts';

/**
 * Bins of the longest run that can be recorded: a week of 100 ms bins, so that peaks are exact in runs of any length. The
 * system allocates memory by pages of 100 s of a series, at the first event in each.
 */
export const MAX_BINS = 6_048_000;
const CELL_BYTES = Int32Array.BYTES_PER_ELEMENT;
const TOTAL_BYTES = Float64Array.BYTES_PER_ELEMENT;

/**
 * Events in 100 ms, for each series: totals as Float64, then Int32 cells, [series][bin] flat, in a buffer that may be
 * shared. One thread adds, any other may read: cells are aligned, so a reader sees the old or the new value.
 */
export class Curves {
  /** number of bins of each series */
  readonly bins: number;
  /** totals by series; an Int32 would overflow in a week of 4,000 events a second */
  readonly #totals: Float64Array;
  readonly #cells: Int32Array;

  /** Wraps a buffer of `Curves.bytes(bins)` bytes and keeps its content. */
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

  /** Curves of this many bins without events. */
  static empty(bins: number): Curves {
    return new Curves(new ArrayBuffer(Curves.bytes(bins)));
  }

  /** The number of bins for a run of this length, at most MAX_BINS. */
  static binsFor(durationMs: number): number {
    return Math.min(MAX_BINS, Math.max(1, Math.ceil(durationMs / BIN_MS)));
  }

  /**
   * Hot. Events before the run's start count in the first bin, events after its end in the last one.
   *
   * @param series one of SERIES_INDEX
   */
  add(series: number, nowMs: number, n = 1): void {
    this.#cells[series * this.bins + this.#binAt(nowMs)]! += n;
    this.#totals[series]! += n;
  }

  /** Hot. Adds what moves events from one instant to another: nothing where both are in one bin. */
  move(series: number, fromMs: number, toMs: number, n = 1): void {
    const from = this.#binAt(fromMs);
    const to = this.#binAt(toMs);
    if (from === to) return;
    this.#cells[series * this.bins + from]! -= n;
    this.#cells[series * this.bins + to]! += n;
  }

  /** @returns 0 past either end */
  bin(series: SeriesName, index: number): number {
    if (index < 0 || index >= this.bins) return 0;
    return this.#cells[SERIES_INDEX[series] * this.bins + index] ?? 0;
  }

  /** A live view of the bins of one series. */
  values(series: SeriesName): Int32Array {
    const start = SERIES_INDEX[series] * this.bins;
    return this.#cells.subarray(start, start + this.bins);
  }

  /** A copy of the sum of several series by bin. */
  sum(names: readonly SeriesName[]): Int32Array {
    const sum = new Int32Array(this.bins);
    for (const name of names) {
      const values = this.values(name);
      for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!;
    }
    return sum;
  }

  /** The total of a series, in constant time. */
  total(series: SeriesName): number {
    return this.#totals[SERIES_INDEX[series]] ?? 0;
  }

  /** Adds curves with the same number of bins. @param bins number of bins, from the first, beyond which `other` is empty */
  merge(other: Curves, bins = this.bins): void {
    if (other.bins !== this.bins) {
      throw new RangeError(`Curves: ${other.bins} bins cannot be merged into ${this.bins}; give all shards one length`);
    }
    for (let start = 0; start < this.#cells.length; start += this.bins) {
      for (let i = start; i < start + bins; i++) this.#cells[i]! += other.#cells[i]!;
    }
    for (let i = 0; i < this.#totals.length; i++) this.#totals[i]! += other.#totals[i]!;
  }

  /** The fullest second of a series. */
  peakPerSecond(series: SeriesName): Peak {
    return slidingPeak(this.values(series));
  }

  #binAt(ms: number): number {
    return ms > 0 ? Math.min(this.bins - 1, Math.floor(ms / BIN_MS)) : 0;
  }

  /** Copies the curves, into `into` if it is given, which must have the same number of bins. */
  copy(into = Curves.empty(this.bins)): Curves {
    into.#cells.set(this.#cells);
    into.#totals.set(this.#totals);
    return into;
  }
}
