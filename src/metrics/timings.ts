import { TIMINGS, UNFINISHED, type HistogramName, type TimingName } from './series.ts';
import { Timing } from './timing.ts';

export type Timings = Readonly<Record<TimingName, Timing>>;

/** What one interval recorded: HdrHistogram V2 payloads, compressed, base64; an empty histogram is absent. */
export type IntervalHistograms = Readonly<Partial<Record<HistogramName, string>>>;

/** A set of empty timings: seven histograms of 24 KB each, to be kept and reused. */
export function emptyTimings(): Timings {
  return {
    handshake: Timing.empty(),
    recovery: Timing.empty(),
    refresh: Timing.empty(),
    command: Timing.empty(),
    expiryNotice: Timing.empty(),
    lateness: Timing.empty(),
    revocation: Timing.empty(),
  };
}

/** What these timings hold, without their failures. */
export function encodeInterval(timings: Timings): IntervalHistograms {
  const histograms: Partial<Record<HistogramName, string>> = {};
  for (const name of TIMINGS) {
    const timing = timings[name];
    if (timing.count > 0) histograms[name] = timing.encode();
    const unfinished = timing.encodeUnfinished();
    if (unfinished !== null && hasUnfinished(name)) histograms[UNFINISHED[name]] = unfinished;
  }
  return histograms;
}

/** Adds what an interval recorded. Throws a RangeError for a payload that is none. */
export function addInterval(timings: Timings, histograms: IntervalHistograms): void {
  for (const name of TIMINGS) {
    const payload = histograms[name];
    if (payload !== undefined) timings[name].mergeEncoded(payload);
    const unfinished = hasUnfinished(name) ? histograms[UNFINISHED[name]] : undefined;
    if (unfinished !== undefined) timings[name].mergeUnfinished(unfinished);
  }
}

function hasUnfinished(name: TimingName): name is keyof typeof UNFINISHED {
  return Object.hasOwn(UNFINISHED, name);
}
