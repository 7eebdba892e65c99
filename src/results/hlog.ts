import { HISTOGRAMS, type HistogramName } from '../core/metrics.ts';
import { maxMsIn } from '../metrics/latency-histogram.ts';

/**
 * The HdrHistogram log format, version 1.3, as HistogramLogWriter of HdrHistogram 2.1 (Java) writes it: comments, a
 * legend, then a line for each interval and tag. Times are seconds since BaseTime; payloads are V2 histograms,
 * compressed, base64. Values are microseconds; Interval_Max, as is the custom, is in milliseconds.
 */
const LEGEND = '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"';

/** One histogram over one interval of the run. */
export interface HlogEntry {
  readonly timing: HistogramName;
  /** ms from the run's start */
  readonly startMs: number;
  readonly lengthMs: number;
  /** V2, compressed, base64 */
  readonly payload: string;
}

/** The lines before the first interval. */
export function hlogHeader(startedAt: Date): readonly string[] {
  const seconds = inSeconds(startedAt.getTime());
  return [
    '#[Histogram log format version 1.3]',
    `#[StartTime: ${seconds} (seconds since epoch), ${startedAt.toISOString()}]`,
    `#[BaseTime: ${seconds} (seconds since epoch)]`,
    '#[values are microseconds, Interval_Max is in milliseconds]',
    LEGEND,
  ];
}

export function hlogLine({ timing, startMs, lengthMs, payload }: HlogEntry): string {
  const max = maxMsIn(payload).toFixed(3);
  return `Tag=${timing},${inSeconds(startMs)},${inSeconds(lengthMs)},${max},${payload}`;
}

const ENTRY = /^Tag=([A-Za-z]+),(\d+\.\d+),(\d+\.\d+),\d+\.\d+,([A-Za-z0-9+/]+=*)$/;
const TAG = /^Tag=([A-Za-z]+),/;

/** @returns null for a line that is no interval of a known timing */
export function parseHlogLine(line: string): HlogEntry | null {
  const [, tag, start, length, payload] = ENTRY.exec(line) ?? [];
  const timing = HISTOGRAMS.find((name) => name === tag);
  if (timing === undefined || start === undefined || length === undefined || payload === undefined) return null;
  return { timing, startMs: Number(start) * 1000, lengthMs: Number(length) * 1000, payload };
}

/** True for a comment, the legend, or an interval of an unknown timing. */
export function isHlogRemark(line: string): boolean {
  const tag = TAG.exec(line)?.[1];
  return (
    line.startsWith('#') || line.startsWith('"') || (tag !== undefined && !HISTOGRAMS.some((name) => name === tag))
  );
}

function inSeconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
