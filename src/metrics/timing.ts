import {
  decodeFromCompressedBase64,
  initWebAssemblySync,
  JsHistogram,
  WasmHistogram,
  type Histogram,
} from 'hdr-histogram-js';
import { hdrPayload } from './hdr-payload.ts';

initWebAssemblySync();

/**
 * Latencies are kept from 1 us to 1 h with three significant digits: a figure is at most 0.1 % too high, or for the
 * minimum too low.
 */
export const MAX_LATENCY_MS = 3_600_000;
const DIGITS = 3;
const MICROSECONDS = 1000;
const MAX_LATENCY_US = MAX_LATENCY_MS * MICROSECONDS;

export type Failures = ReadonlyMap<string, number>;

/** The figures of one timing; null where nothing was recorded. */
export interface TimingSummary {
  readonly count: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
  readonly maxMs: number | null;
}

/** How often one latency was recorded. */
export interface Latency {
  readonly ms: number;
  readonly count: number;
}

/**
 * The distribution of one latency, with what failed counted beside it by reason. The histogram lies in WebAssembly
 * memory (five times as fast as the plain one), which no garbage collector frees: keep a timing and `reset` it, or
 * `destroy` it.
 */
export class Timing {
  readonly #histogram: WasmHistogram;
  readonly #failures: Map<string, number>;
  #clamped = 0;

  constructor(histogram = emptyHistogram(), failures: Failures = new Map()) {
    this.#histogram = histogram;
    this.#failures = new Map(failures);
  }

  /** Hot. Less than a microsecond is recorded as one; what lies outside 0..1 h at the nearer edge, and counted. */
  recordMs(ms: number): void {
    const us = Math.round(ms * MICROSECONDS);
    if (us >= 1 && us <= MAX_LATENCY_US) return this.#histogram.recordValue(us);
    if (!(ms >= 0 && ms <= MAX_LATENCY_MS)) this.#clamped++;
    this.#histogram.recordValue(us > MAX_LATENCY_US ? MAX_LATENCY_US : 1);
  }

  fail(reason: string, n = 1): void {
    this.#failures.set(reason, (this.#failures.get(reason) ?? 0) + n);
  }

  /** how many latencies were recorded; failures are not among them */
  get count(): number {
    return this.#histogram.totalCount;
  }

  get failures(): Failures {
    return this.#failures;
  }

  get failed(): number {
    let failed = 0;
    for (const n of this.#failures.values()) failed += n;
    return failed;
  }

  /** latencies that lay outside 0..1 h */
  get clamped(): number {
    return this.#clamped;
  }

  /** @param q in [0,1]; 0 for the minimum. @returns null when nothing was recorded */
  quantileMs(q: number): number | null {
    if (this.count === 0) return null;
    return this.#histogram.getValueAtPercentile(q * 100) / MICROSECONDS;
  }

  get minMs(): number | null {
    return this.quantileMs(0);
  }

  get maxMs(): number | null {
    return this.quantileMs(1);
  }

  get meanMs(): number | null {
    return this.count === 0 ? null : this.#histogram.mean / MICROSECONDS;
  }

  merge(other: Timing): void {
    this.#histogram.add(other.#histogram);
    for (const [reason, n] of other.#failures) this.fail(reason, n);
    this.#clamped += other.#clamped;
  }

  /**
   * Adds latencies as `encode` wrote them.
   *
   * @param payload an HdrHistogram V2 histogram of microseconds, compressed, base64
   * @throws {RangeError} when it is none
   */
  mergeEncoded(payload: string): void {
    const sum: Histogram = this.#histogram;
    lookInto(payload, (other) => sum.add(other));
  }

  /** The latencies alone: an HdrHistogram V2 histogram of microseconds, compressed, base64. */
  encode(): string {
    return hdrPayload(this.#histogram.encode());
  }

  /** A view of the same latencies with these failures beside them. */
  withFailures(failures: Failures): Timing {
    return new Timing(this.#histogram, failures);
  }

  /** Every latency that was recorded, from the least up, and how often; for pictures of the whole distribution. */
  recorded(): readonly Latency[] {
    // Only the plain implementation can be gone through value by value.
    const copy = decodeFromCompressedBase64(this.encode(), 32, false);
    if (!(copy instanceof JsHistogram)) return [];
    const recorded: Latency[] = [];
    copy.recordedValuesIterator.reset();
    while (copy.recordedValuesIterator.hasNext()) {
      const { valueIteratedTo, countAddedInThisIterationStep } = copy.recordedValuesIterator.next();
      recorded.push({ ms: valueIteratedTo / MICROSECONDS, count: countAddedInThisIterationStep });
    }
    return recorded;
  }

  reset(): void {
    this.#histogram.reset();
    this.#failures.clear();
    this.#clamped = 0;
  }

  /** Gives the memory back. Neither this timing nor a view of it may be used afterwards. */
  destroy(): void {
    this.#histogram.destroy();
  }

  summary(): TimingSummary {
    return {
      count: this.count,
      failures: Object.fromEntries(this.#failures),
      p50Ms: this.quantileMs(0.5),
      p90Ms: this.quantileMs(0.9),
      p99Ms: this.quantileMs(0.99),
      p999Ms: this.quantileMs(0.999),
      maxMs: this.maxMs,
    };
  }
}

/**
 * The largest latency in what `encode` wrote; 0 where there is none.
 *
 * @throws {RangeError} as `mergeEncoded` does
 */
export function maxMsIn(payload: string): number {
  return lookInto(payload, (found) => (found.totalCount === 0 ? 0 : found.getValueAtPercentile(100) / MICROSECONDS));
}

/** Hands over the histogram in a payload for as long as `use` takes. */
function lookInto<Found>(payload: string, use: (histogram: Histogram) => Found): Found {
  let histogram: Histogram | undefined;
  try {
    histogram = decodeFromCompressedBase64(payload, 32, true);
    return use(histogram);
  } catch (cause) {
    throw new RangeError(`not a compressed HdrHistogram V2 payload (${payload.length} characters)`, { cause });
  } finally {
    histogram?.destroy();
  }
}

function emptyHistogram(): WasmHistogram {
  return WasmHistogram.build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: MAX_LATENCY_US,
    numberOfSignificantValueDigits: DIGITS,
    useWebAssembly: true,
  });
}
