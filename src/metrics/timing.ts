import type { Histogram, WasmHistogram } from 'hdr-histogram-js';
import { hdrPayload } from './hdr-payload.ts';
import {
  emptyHistogram,
  encoded,
  inRange,
  latenciesIn,
  MAX_LATENCY_MS,
  MAX_LATENCY_US,
  MICROSECONDS,
  withHistogram,
} from './latency-histogram.ts';
import { countOf, FAILURE, isHanging, known, placeOf, ranked, ranksAt } from './rank.ts';
import type { Latency, Rank, Ranked } from './rank.ts';

export type Failures = ReadonlyMap<string, number>;

/** The figures of one timing; null: nothing was recorded. */
export interface TimingSummary {
  /** number of successes, to which min, mean, max and the plain quantiles refer */
  readonly count: number;
  readonly failures: Readonly<Record<string, number>>;
  /** under way when the run ended */
  readonly unfinished: number;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
  readonly maxMs: number | null;
  /** quantiles of successes, failures, and unfinished ones at their ages; thresholds use these */
  readonly all: {
    readonly p50Ms: Ranked;
    readonly p90Ms: Ranked;
    readonly p99Ms: Ranked;
    readonly p999Ms: Ranked;
    readonly maxMs: Ranked;
  };
}

/** Latencies under way that are known by other means: their number, and lower bounds of their ages. */
export interface UnderWay {
  readonly count: number;
  readonly ages: () => readonly Latency[];
}

/**
 * The distribution of one latency, with its failures counted by reason. The histogram is in WebAssembly memory (five
 * times as fast as the plain one), which is not garbage-collected: reuse a timing with `reset`, or `destroy` it.
 */
export class Timing {
  readonly #histogram: WasmHistogram;
  readonly #failures: Map<string, number>;
  readonly #underWay: UnderWay;
  /** ages of the unfinished ones at the run's end; null: there are none yet */
  #unfinished: WasmHistogram | null;
  /** the latencies without squall's own lateness; null: none were recorded */
  #onTime: WasmHistogram | null;
  #clamped = 0;

  private constructor(
    histogram: WasmHistogram,
    unfinished: WasmHistogram | null,
    onTime: WasmHistogram | null,
    failures: Failures,
    way: UnderWay,
  ) {
    this.#histogram = histogram;
    this.#unfinished = unfinished;
    this.#onTime = onTime;
    this.#failures = new Map(failures);
    this.#underWay = way;
  }

  static empty(): Timing {
    return new Timing(emptyHistogram(), null, null, new Map(), NOTHING_UNDER_WAY);
  }

  /** Hot. Records a latency; one outside 0..a week is recorded at the nearer edge, and counted as clamped. */
  recordMs(ms: number): void {
    const us = Math.round(ms * MICROSECONDS);
    if (us >= 1 && us <= MAX_LATENCY_US) return this.#histogram.recordValue(us);
    if (!(ms >= 0 && ms <= MAX_LATENCY_MS)) this.#clamped++;
    this.#histogram.recordValue(us > MAX_LATENCY_US ? MAX_LATENCY_US : 1);
  }

  /** Records the age of an unfinished latency at the run's end. */
  recordUnfinishedMs(ms: number): void {
    this.#unfinished ??= emptyHistogram();
    this.#unfinished.recordValue(inRange(ms));
  }

  /** Hot. Records a latency without squall's own lateness; call `recordMs` for the same latency with it. */
  recordOnTimeMs(ms: number): void {
    this.#onTime ??= emptyHistogram();
    this.#onTime.recordValue(inRange(ms));
  }

  fail(reason: string, n = 1): void {
    this.#failures.set(reason, (this.#failures.get(reason) ?? 0) + n);
  }

  /** number of recorded latencies, without failures and unfinished ones */
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

  /** number of latencies that are under way, or were at the run's end */
  get unfinished(): number {
    return (this.#unfinished?.totalCount ?? 0) + this.#underWay.count;
  }

  /** number of unfinished latencies of a second or more, each of which may still succeed, or never */
  get hanging(): number {
    return this.unfinished === 0 ? 0 : countOf(this.#ages().filter(isHanging));
  }

  /** whether the latencies were also recorded without squall's own lateness */
  get isOnTimeKnown(): boolean {
    return this.#onTime !== null && this.#onTime.totalCount > 0;
  }

  /** number of successes, failures and unfinished ones */
  get tried(): number {
    return this.count + this.failed + this.unfinished;
  }

  /** number of latencies outside 0..a week */
  get clamped(): number {
    return this.#clamped;
  }

  /**
   * A quantile of all attempts: successes by latency, unfinished ones by age, failures last; with an upper bound, in which
   * no hanging one ever succeeds.
   *
   * @param q in [0,1]; 0: the quickest. @returns null: there are no attempts
   */
  rank(q: number): Rank | null {
    return this.#ranks([q])[0] ?? null;
  }

  /** Computes several quantiles in one pass over the histogram. */
  #ranks(shares: readonly number[]): readonly (Rank | null)[] {
    const { count, tried, failed, unfinished } = this;
    if (tried === 0) return shares.map(() => null);
    const places = shares.map((q) => placeOf(q, tried));
    if (unfinished === 0) {
      return places.map((nth) => (nth > tried - failed ? FAILURE : known(this.quantileMs(nth / count) ?? 0)));
    }
    return ranksAt(places, this.recorded(), this.#ages());
  }

  /** The mean of all attempts; Infinity with a failure, and a lower bound with a hanging one (`hanging`). */
  get meanRank(): Rank | null {
    const { count, tried, unfinished } = this;
    if (tried === 0) return null;
    if (this.failed > 0) return FAILURE;
    const ages = this.#ages().reduce((sum, age) => sum + age.ms * age.count, 0);
    const ms = ((this.meanMs ?? 0) * count + ages) / tried;
    if (this.hanging > 0) return { ms, mostMs: Infinity, of: 'unfinished' };
    return unfinished > 0 ? { ms, mostMs: ms, of: 'unfinished' } : known(ms);
  }

  /** A quantile of the successes alone. @param q in [0,1]; 0: the minimum. @returns null: nothing was recorded */
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
    if (other.#unfinished !== null) (this.#unfinished ??= emptyHistogram()).add(other.#unfinished);
    if (other.#onTime !== null) (this.#onTime ??= emptyHistogram()).add(other.#onTime);
    for (const [reason, n] of other.#failures) this.fail(reason, n);
    this.#clamped += other.#clamped;
  }

  /**
   * Adds latencies from a payload of `encode`.
   *
   * @param payload an HdrHistogram V2 histogram of microseconds, compressed, base64
   * @throws {RangeError} for any other payload
   */
  mergeEncoded(payload: string): void {
    const sum: Histogram = this.#histogram;
    withHistogram(payload, (other) => sum.add(other));
  }

  /** Adds ages from a payload of `encodeUnfinished`. Throws as `mergeEncoded` does. */
  mergeUnfinished(payload: string): void {
    const sum: Histogram = (this.#unfinished ??= emptyHistogram());
    withHistogram(payload, (other) => sum.add(other));
  }

  /** Adds latencies from a payload of `encodeOnTime`. Throws as `mergeEncoded` does. */
  mergeOnTime(payload: string): void {
    const sum: Histogram = (this.#onTime ??= emptyHistogram());
    withHistogram(payload, (other) => sum.add(other));
  }

  /** Encodes the latencies: an HdrHistogram V2 histogram of microseconds, compressed, base64. */
  encode(): string {
    return hdrPayload(this.#histogram.encode());
  }

  /** Encodes the ages of unfinished latencies in the same form; null: there are none. */
  encodeUnfinished(): string | null {
    return encoded(this.#unfinished);
  }

  /** Encodes the latencies without squall's own lateness in the same form; null: there are none. */
  encodeOnTime(): string | null {
    return encoded(this.#onTime);
  }

  /** A view of the same latencies with other failures and latencies under way. */
  withFailures(failures: Failures, underWay = NOTHING_UNDER_WAY): Timing {
    return new Timing(this.#histogram, this.#unfinished, this.#onTime, failures, underWay);
  }

  /** A view of the same timing without squall's own lateness, as far as that was recorded. */
  onTime(underWay = this.#underWay): Timing {
    return new Timing(this.#onTime ?? this.#histogram, this.#unfinished, null, this.#failures, underWay);
  }

  /** Every recorded latency with its count, in ascending order, for charts of the distribution. */
  recorded(): readonly Latency[] {
    return latenciesIn(this.encode());
  }

  #ages(): readonly Latency[] {
    const cutShort = this.encodeUnfinished();
    return [...(cutShort === null ? [] : latenciesIn(cutShort)), ...this.#underWay.ages()];
  }

  reset(): void {
    this.#histogram.reset();
    this.#unfinished?.reset();
    this.#onTime?.reset();
    this.#failures.clear();
    this.#clamped = 0;
  }

  /** Frees the memory. Neither this timing nor a view of it may be used afterwards. */
  destroy(): void {
    this.#histogram.destroy();
    this.#unfinished?.destroy();
    this.#onTime?.destroy();
  }

  summary(): TimingSummary {
    const [p50Ms = null, p90Ms = null, p99Ms = null, p999Ms = null, maxMs = null] = this.#ranks([
      0.5, 0.9, 0.99, 0.999, 1,
    ]).map(ranked);
    return {
      count: this.count,
      failures: Object.fromEntries(this.#failures),
      unfinished: this.unfinished,
      p50Ms: this.quantileMs(0.5),
      p90Ms: this.quantileMs(0.9),
      p99Ms: this.quantileMs(0.99),
      p999Ms: this.quantileMs(0.999),
      maxMs: this.maxMs,
      all: { p50Ms, p90Ms, p99Ms, p999Ms, maxMs },
    };
  }
}

const NOTHING_UNDER_WAY: UnderWay = { count: 0, ages: () => [] };
