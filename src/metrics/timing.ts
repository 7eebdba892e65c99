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
 * Latencies are kept from 1 us to a week, which is the longest run, with three significant digits: a figure is at most
 * 0.1 % too high, or for the minimum too low.
 */
export const MAX_LATENCY_MS = 7 * 24 * 3_600_000;
const DIGITS = 3;
const MICROSECONDS = 1000;
const MAX_LATENCY_US = MAX_LATENCY_MS * MICROSECONDS;

export type Failures = ReadonlyMap<string, number>;

/** What some share of all that was tried came to: `never` where that share reaches into the failures. */
export type Ranked = number | 'never' | null;

/** The figures of one timing; null where nothing was recorded. */
export interface TimingSummary {
  /** successes, of which the figures beside it are */
  readonly count: number;
  readonly failures: Readonly<Record<string, number>>;
  /** under way when the run ended */
  readonly unfinished: number;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
  readonly maxMs: number | null;
  /** of successes, failures, and what was unfinished at the age that it had reached: what thresholds look at */
  readonly all: {
    readonly p50Ms: Ranked;
    readonly p90Ms: Ranked;
    readonly p99Ms: Ranked;
    readonly p999Ms: Ranked;
    readonly maxMs: Ranked;
  };
}

/** What was unfinished for this long when the run ended is no request that the end merely cut: it may never come. */
const HANGING_MS = 1000;

/** One place in the order of all that was tried. */
export interface Rank {
  /** at least: what is unfinished counts with its age; Infinity for a failure */
  readonly ms: number;
  /** at most: what hangs counts as a failure; equal to `ms` where the place is known */
  readonly mostMs: number;
  /** the latency of an `unfinished` one is at least that */
  readonly of: 'success' | 'unfinished' | 'failure';
}

/** What is under way, known by other means than by its end: how many, and at least how old each is. */
export interface UnderWay {
  readonly count: number;
  readonly ages: () => readonly Latency[];
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
  readonly #underWay: UnderWay;
  /** ages of what a run's end cut short; null until there are any */
  #unfinished: WasmHistogram | null;
  #clamped = 0;

  private constructor(histogram: WasmHistogram, unfinished: WasmHistogram | null, failures: Failures, way: UnderWay) {
    this.#histogram = histogram;
    this.#unfinished = unfinished;
    this.#failures = new Map(failures);
    this.#underWay = way;
  }

  static empty(): Timing {
    return new Timing(emptyHistogram(), null, new Map(), NOTHING_UNDER_WAY);
  }

  /** Hot. Less than a microsecond is recorded as one; what lies outside 0..a week at the nearer edge, and counted. */
  recordMs(ms: number): void {
    const us = Math.round(ms * MICROSECONDS);
    if (us >= 1 && us <= MAX_LATENCY_US) return this.#histogram.recordValue(us);
    if (!(ms >= 0 && ms <= MAX_LATENCY_MS)) this.#clamped++;
    this.#histogram.recordValue(us > MAX_LATENCY_US ? MAX_LATENCY_US : 1);
  }

  /** The run ended when this had taken so long already. */
  recordUnfinishedMs(ms: number): void {
    this.#unfinished ??= emptyHistogram();
    this.#unfinished.recordValue(Math.min(MAX_LATENCY_US, Math.max(1, Math.round(ms * MICROSECONDS))));
  }

  fail(reason: string, n = 1): void {
    this.#failures.set(reason, (this.#failures.get(reason) ?? 0) + n);
  }

  /** how many latencies were recorded; neither failures nor what is unfinished are among them */
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

  /** how many were under way when the run ended, or are */
  get unfinished(): number {
    return (this.#unfinished?.totalCount ?? 0) + this.#underWay.count;
  }

  /** how many of the unfinished had taken a second or more: each may yet succeed, or never */
  get hanging(): number {
    return this.unfinished === 0 ? 0 : countOf(this.#ages().filter(isHanging));
  }

  /** successes, failures, and what is unfinished */
  get tried(): number {
    return this.count + this.failed + this.unfinished;
  }

  /** latencies that lay outside 0..a week */
  get clamped(): number {
    return this.#clamped;
  }

  /**
   * Where a share of all that was tried leads to, the quickest first: successes by their latency, what is unfinished by
   * its age, failures behind them all; and where it leads to at most, if nothing that hangs ever succeeds.
   *
   * @param q in [0,1]; 0 for the quickest. @returns null when nothing was tried
   */
  rank(q: number): Rank | null {
    return this.#ranks([q])[0] ?? null;
  }

  /** One place for each share; the histogram is gone through once for all of them. */
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
      // What is unfinished will have taken longer than its age.
      return { ms: lower.ms, mostMs: upper?.of === 'success' ? upper.ms : Infinity, of: lower.of };
    });
  }

  /** The mean of all that was tried: Infinity where anything failed, at least so much where anything hung (`hanging`). */
  get meanRank(): Rank | null {
    const { count, tried, unfinished } = this;
    if (tried === 0) return null;
    if (this.failed > 0) return FAILURE;
    const ages = this.#ages().reduce((sum, age) => sum + age.ms * age.count, 0);
    const ms = ((this.meanMs ?? 0) * count + ages) / tried;
    if (this.hanging > 0) return { ms, mostMs: Infinity, of: 'unfinished' };
    return unfinished > 0 ? { ms, mostMs: ms, of: 'unfinished' } : known(ms);
  }

  /** Of the successes alone. @param q in [0,1]; 0 for the minimum. @returns null when nothing was recorded */
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

  /** Adds ages as `encodeUnfinished` wrote them. Throws as `mergeEncoded` does. */
  mergeUnfinished(payload: string): void {
    const sum: Histogram = (this.#unfinished ??= emptyHistogram());
    lookInto(payload, (other) => sum.add(other));
  }

  /** The latencies alone: an HdrHistogram V2 histogram of microseconds, compressed, base64. */
  encode(): string {
    return hdrPayload(this.#histogram.encode());
  }

  /** The ages of what the run's end cut short, in the same form; null where it cut nothing short. */
  encodeUnfinished(): string | null {
    if (this.#unfinished === null || this.#unfinished.totalCount === 0) return null;
    return hdrPayload(this.#unfinished.encode());
  }

  /** A view of the same latencies with these failures beside them, and this under way. */
  withFailures(failures: Failures, underWay = NOTHING_UNDER_WAY): Timing {
    return new Timing(this.#histogram, this.#unfinished, failures, underWay);
  }

  /** Every latency that was recorded, from the least up, and how often; for pictures of the whole distribution. */
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
    this.#failures.clear();
    this.#clamped = 0;
  }

  /** Gives the memory back. Neither this timing nor a view of it may be used afterwards. */
  destroy(): void {
    this.#histogram.destroy();
    this.#unfinished?.destroy();
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

function isHanging({ ms }: Latency): boolean {
  return ms >= HANGING_MS;
}

function countOf(latencies: readonly Latency[]): number {
  return latencies.reduce((sum, { count }) => sum + count, 0);
}

const NOTHING_UNDER_WAY: UnderWay = { count: 0, ages: () => [] };

/** 0.99 of 100 is the 99th, although 0.99 * 100 may be a little more. */
const ROUNDING = 1e-9;

interface Place extends Latency {
  readonly of: 'success' | 'unfinished';
}

/** Two lists taken together, from the least up; of equals the successes come first. */
function inOrder(successes: readonly Latency[], ages: readonly Latency[]): readonly Place[] {
  return [
    ...successes.map((latency) => ({ ...latency, of: 'success' as const })),
    ...ages.map((latency) => ({ ...latency, of: 'unfinished' as const })),
  ].toSorted((a, b) => a.ms - b.ms);
}

/** The nth of a list, 1 for the least; null behind its end. */
function nthOf(places: readonly Place[], nth: number): Place | null {
  let seen = 0;
  for (const place of places) {
    seen += place.count;
    if (seen >= nth) return place;
  }
  return null;
}

function latenciesIn(payload: string): readonly Latency[] {
  // Only the plain implementation can be gone through value by value.
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
