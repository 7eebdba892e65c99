import { TIMINGS, type HistogramName } from '../core/metrics.ts';
import { addInterval, emptyTimings, type Timings } from '../metrics/timings.ts';
import { FILES } from './files.ts';
import { isHlogRemark, parseHlogLine } from './hlog.ts';
import { readLines } from './read-text.ts';
import type { TimelineLine } from './timeline.ts';

/** Adds up the histograms of a run up to the timeline's `last` line, which also holds the failures. */
export function readTimings(dir: string, last: TimelineLine | null, warnings: string[]): Timings {
  const timings = emptyTimings();
  const lines = readLines(dir, 'histograms', warnings);
  // A second's timeline line is written last, so later histograms belong to a second that was cut off. Start and length in the log are rounded to ms.
  const vouchedToMs = last === null ? 0 : last.endMs + 1;
  let damaged = 0;
  for (const line of lines) {
    if (isHlogRemark(line)) continue;
    const entry = parseHlogLine(line);
    if (entry !== null && entry.startMs + entry.lengthMs > vouchedToMs) continue;
    if (entry === null || !merged(timings, entry)) damaged++;
  }
  if (damaged > 0) warnings.push(`${FILES.histograms}: ${damaged} damaged lines are left out`);
  for (const name of TIMINGS) {
    for (const [reason, n] of Object.entries(last?.failures[name] ?? {})) timings[name].fail(reason, n);
  }
  return timings;
}

function merged(timings: Timings, { timing, payload }: { timing: HistogramName; payload: string }): boolean {
  try {
    addInterval(timings, { [timing]: payload });
    return true;
  } catch {
    return false;
  }
}
