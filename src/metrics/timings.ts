import { byName, TIMINGS, type HistogramName, type TimingName } from '../core/metrics.ts';
import { Timing } from './timing.ts';

export type Timings = Readonly<Record<TimingName, Timing>>;

/** What one interval recorded: HdrHistogram V2 payloads, compressed, base64; an empty histogram is absent. */
export type IntervalHistograms = Readonly<Partial<Record<HistogramName, string>>>;

/** A set of empty timings: a histogram of 24 KB each, to be kept and reused. */
export function emptyTimings(): Timings {
  return byName(TIMINGS, () => Timing.empty());
}

/** Gives the memory of all histograms back. None of the timings may be used afterwards. */
export function destroyTimings(timings: Timings): void {
  for (const name of TIMINGS) timings[name].destroy();
}

/** What these timings hold, without their failures. */
export function encodeInterval(timings: Timings): IntervalHistograms {
  const histograms: Partial<Record<HistogramName, string>> = {};
  for (const name of TIMINGS) {
    const timing = timings[name];
    if (timing.count > 0) histograms[name] = timing.encode();
    const unfinished = timing.encodeUnfinished();
    if (unfinished !== null) histograms[`${name}Unfinished`] = unfinished;
  }
  return histograms;
}

/** Adds what an interval recorded. Throws a RangeError for a payload that is none. */
export function addInterval(timings: Timings, histograms: IntervalHistograms): void {
  for (const name of TIMINGS) {
    const payload = histograms[name];
    if (payload !== undefined) timings[name].mergeEncoded(payload);
    const unfinished = histograms[`${name}Unfinished`];
    if (unfinished !== undefined) timings[name].mergeUnfinished(unfinished);
  }
}
