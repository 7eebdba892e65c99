import {
  decodeFromCompressedBase64,
  initWebAssemblySync,
  JsHistogram,
  WasmHistogram,
  type Histogram,
} from 'hdr-histogram-js';
import { hdrPayload, histogramIn } from './hdr-payload.ts';

initWebAssemblySync();

/**
 * Range and precision of latencies: from 1 us to a week, the longest run, with three significant digits, so that a figure
 * is at most 0.1 % too high (the minimum: too low).
 */
export const MAX_LATENCY_MS = 7 * 24 * 3_600_000;
const DIGITS = 3;
const MICROSECONDS = 1000;
const MAX_LATENCY_US = MAX_LATENCY_MS * MICROSECONDS;

export type Failures = ReadonlyMap<string, number>;

/** A quantile of all attempts, ms; `never`: it lies in the failures; null: no attempts. */
export type Ranked = number | 'never' | null;

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

/** Age from which an unfinished latency counts as hanging, ms: it may never end. */
const HANGING_MS = 1000;

/** One place in the order of all attempts. */
export interface Rank {
  /** lower bound, in which unfinished ones count with their ages; Infinity: a failure */
  readonly ms: number;
  /** upper bound, in which hanging ones count as failures; equal to `ms` if the place is known */
  readonly mostMs: number;
  /** kind of the attempt at this place; the latency of an `unfinished` one is at least `ms` */
  readonly of: 'success' | 'unfinished' | 'failure';
}

/** Latencies under way that are known by other means: their number, and lower bounds of their ages. */
export interface UnderWay {
  readonly count: number;
  readonly ages: () => readonly Latency[];
}

/** One latency with its count. */
export interface Latency {
  readonly ms: number;
  readonly count: number;
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
    const places = shares.map((q) => Math.max(1, Math.ceil(q * tried - ROUNDING)));
    if (unfinished === 0) {
      return places.map((nth) => (nth > tried - failed ? FAILURE : known(this.quantileMs(nth / count) ?? 0)));
    }
    const [successes, ages] = [this.recorded(), this.#ages()];
    const least = inOrder(successes, ages);
    const most = inOrder(
      successes,
      ages.filter((age) => !isHanging(age)),
    );
    return places.map((nth) => {
      const [lower, upper] = [nthOf(least, nth), nthOf(most, nth)];
      if (lower === null) return FAILURE;
      // An unfinished latency will be longer than its age.
      return { ms: lower.ms, mostMs: upper?.of === 'success' ? upper.ms : Infinity, of: lower.of };
    });
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

function ranked(rank: Rank | null): Ranked {
  if (rank === null) return null;
  return rank.of === 'failure' ? 'never' : rank.ms;
}

const FAILURE: Rank = { ms: Infinity, mostMs: Infinity, of: 'failure' };

function known(ms: number): Rank {
  return { ms, mostMs: ms, of: 'success' };
}

/** A latency in microseconds, at the nearer edge of the range if it lies outside. */
function inRange(ms: number): number {
  return Math.min(MAX_LATENCY_US, Math.max(1, Math.round(ms * MICROSECONDS)));
}

function encoded(histogram: WasmHistogram | null): string | null {
  return histogram === null || histogram.totalCount === 0 ? null : hdrPayload(histogram.encode());
}

function isHanging({ ms }: Latency): boolean {
  return ms >= HANGING_MS;
}

function countOf(latencies: readonly Latency[]): number {
  return latencies.reduce((sum, { count }) => sum + count, 0);
}

const NOTHING_UNDER_WAY: UnderWay = { count: 0, ages: () => [] };

/** Relative rounding tolerance: 0.99 of 100 is the 99th, although 0.99 * 100 may be slightly more. */
const ROUNDING = 1e-9;

interface Place extends Latency {
  readonly of: 'success' | 'unfinished';
}

/** Merges two lists in ascending order; of equals the successes come first. */
function inOrder(successes: readonly Latency[], ages: readonly Latency[]): readonly Place[] {
  return [
    ...successes.map((latency) => ({ ...latency, of: 'success' as const })),
    ...ages.map((latency) => ({ ...latency, of: 'unfinished' as const })),
  ].toSorted((a, b) => a.ms - b.ms);
}

/** The nth latency, from 1; null: beyond the end. */
function nthOf(places: readonly Place[], nth: number): Place | null {
  let seen = 0;
  for (const place of places) {
    seen += place.count;
    if (seen >= nth) return place;
  }
  return null;
}

function latenciesIn(payload: string): readonly Latency[] {
  // Only the plain implementation can list its values.
  const copy = decodeFromCompressedBase64(payload, 32, false);
  if (!(copy instanceof JsHistogram)) return [];
  const recorded: Latency[] = [];
  copy.recordedValuesIterator.reset();
  while (copy.recordedValuesIterator.hasNext()) {
    const { valueIteratedTo, countAddedInThisIterationStep } = copy.recordedValuesIterator.next();
    recorded.push({ ms: valueIteratedTo / MICROSECONDS, count: countAddedInThisIterationStep });
  }
  return recorded;
}

/**
 * The largest latency in a payload of `encode`; 0: there is none.
 *
 * @throws {RangeError} as `mergeEncoded` does
 */
export function maxMsIn(payload: string): number {
  return withHistogram(payload, (found) =>
    found.totalCount === 0 ? 0 : found.getValueAtPercentile(100) / MICROSECONDS,
  );
}

/** Passes the histogram in a payload to `use`, and frees it afterwards. */
function withHistogram<Found>(payload: string, use: (histogram: Histogram) => Found): Found {
  let histogram: Histogram | undefined;
  try {
    histogram = WasmHistogram.decode(histogramIn(payload, MAX_LATENCY_US, DIGITS), 32);
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
