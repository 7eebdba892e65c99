import { TIMINGS, type TimingName } from './series.ts';
import { Timing } from './timing.ts';

export type Timings = Readonly<Record<TimingName, Timing>>;

/** What one interval recorded: HdrHistogram V2 payloads, compressed, base64; a timing without latencies is absent. */
export type IntervalHistograms = Readonly<Partial<Record<TimingName, string>>>;

/** A set of empty timings: seven histograms of 24 KB each, to be kept and reused. */
export function emptyTimings(): Timings {
  return {
    handshake: new Timing(),
    recovery: new Timing(),
    refresh: new Timing(),
    command: new Timing(),
    expiryNotice: new Timing(),
    lateness: new Timing(),
    revocation: new Timing(),
  };
}

/** Adds what an interval recorded. Throws a RangeError for a payload that is none. */
export function addInterval(timings: Timings, histograms: IntervalHistograms): void {
  for (const name of TIMINGS) {
    const payload = histograms[name];
    if (payload !== undefined) timings[name].mergeEncoded(payload);
  }
}
