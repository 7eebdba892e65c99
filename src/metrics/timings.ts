import { byName, TIMINGS, type HistogramName, type TimingName } from '../core/metrics.ts';
import { Timing } from './timing.ts';

export type Timings = Readonly<Record<TimingName, Timing>>;

/** Histograms of one interval: HdrHistogram V2 payloads, compressed, base64; an empty one is absent. */
export type IntervalHistograms = Readonly<Partial<Record<HistogramName, string>>>;

/** Creates empty timings, whose histograms of 24 KB each should be reused. */
export function emptyTimings(): Timings {
  return byName(TIMINGS, () => Timing.empty());
}

/** Frees the memory of all histograms. The timings must not be used afterwards. */
export function destroyTimings(timings: Timings): void {
  for (const name of TIMINGS) timings[name].destroy();
}

/** Encodes the histograms of these timings, without failures. */
export function encodeInterval(timings: Timings): IntervalHistograms {
  const histograms: Partial<Record<HistogramName, string>> = {};
  for (const name of TIMINGS) {
    const timing = timings[name];
    if (timing.count > 0) histograms[name] = timing.encode();
    const unfinished = timing.encodeUnfinished();
    if (unfinished !== null) histograms[`${name}Unfinished`] = unfinished;
    const onTime = timing.encodeOnTime();
    if (onTime !== null) histograms[`${name}OnTime`] = onTime;
  }
  return histograms;
}

/** Adds the histograms of an interval. @throws {RangeError} for an invalid payload */
export function addInterval(timings: Timings, histograms: IntervalHistograms): void {
  for (const name of TIMINGS) {
    const payload = histograms[name];
    if (payload !== undefined) timings[name].mergeEncoded(payload);
    const unfinished = histograms[`${name}Unfinished`];
    if (unfinished !== undefined) timings[name].mergeUnfinished(unfinished);
    const onTime = histograms[`${name}OnTime`];
    if (onTime !== undefined) timings[name].mergeOnTime(onTime);
  }
}
