import {
  decodeFromCompressedBase64,
  initWebAssemblySync,
  JsHistogram,
  WasmHistogram,
  type Histogram,
} from 'hdr-histogram-js';
import { hdrPayload, histogramIn } from './hdr-payload.ts';
import type { Latency } from './rank.ts';

initWebAssemblySync();

/**
 * Range and precision of latencies: from 1 us to a week, the longest run, with three significant digits, so that a figure
 * is at most 0.1 % too high (the minimum: too low).
 */
export const MAX_LATENCY_MS = 7 * 24 * 3_600_000;
const DIGITS = 3;
/** in a millisecond */
export const MICROSECONDS = 1000;
export const MAX_LATENCY_US = MAX_LATENCY_MS * MICROSECONDS;

/** An empty histogram of microseconds. It lies in WebAssembly memory: `destroy` it. */
export function emptyHistogram(): WasmHistogram {
  return WasmHistogram.build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: MAX_LATENCY_US,
    numberOfSignificantValueDigits: DIGITS,
    useWebAssembly: true,
  });
}

/** A latency in microseconds, at the nearer edge of the range if it lies outside. */
export function inRange(ms: number): number {
  return Math.min(MAX_LATENCY_US, Math.max(1, Math.round(ms * MICROSECONDS)));
}

/** The payload of a histogram: HdrHistogram V2, compressed, base64; null: nothing was recorded. */
export function encoded(histogram: WasmHistogram | null): string | null {
  return histogram === null || histogram.totalCount === 0 ? null : hdrPayload(histogram.encode());
}

/** Every latency in a payload with its count, in ascending order. */
export function latenciesIn(payload: string): readonly Latency[] {
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
 * The largest latency in a payload; 0: there is none.
 *
 * @throws {RangeError} as `withHistogram` does
 */
export function maxMsIn(payload: string): number {
  return withHistogram(payload, (found) =>
    found.totalCount === 0 ? 0 : found.getValueAtPercentile(100) / MICROSECONDS,
  );
}

/**
 * Passes the histogram in a payload to `use`, and frees it afterwards.
 *
 * @param payload an HdrHistogram V2 histogram of microseconds, compressed, base64
 * @throws {RangeError} for any other payload
 */
export function withHistogram<Found>(payload: string, use: (histogram: Histogram) => Found): Found {
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
