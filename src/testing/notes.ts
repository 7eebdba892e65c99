import type { Interval, Progress, RunEvent, RunListener } from '../metrics/run.ts';

/** What a test may do while it watches a run. */
export interface Watching {
  readonly signal?: AbortSignal;
  /** the run's clock begins at this time of day */
  readonly onBegin?: (startedAt: Date) => void;
  /** receives each progress */
  readonly onProgress?: (progress: Progress) => void;
  /** The run is interrupted when this holds, so that a test waits for what it is about and for no stretch of time. */
  readonly until?: (progress: Progress) => boolean;
}

/** Everything that a run reported to its listener, in order. */
export interface Notes {
  readonly events: readonly RunEvent[];
  readonly progress: readonly Progress[];
  readonly intervals: readonly Interval[];
}

/** A listener that writes everything down. */
export function noting({ onBegin, onProgress }: Watching): { readonly listener: RunListener; readonly notes: Notes } {
  const events: RunEvent[] = [];
  const progress: Progress[] = [];
  const intervals: Interval[] = [];
  const listener: RunListener = {
    onBegin: (startedAt) => onBegin?.(startedAt),
    onEvent: (event) => events.push(event),
    onProgress: (each) => {
      progress.push(each);
      onProgress?.(each);
    },
    onInterval: (interval) => intervals.push(interval),
  };
  return { listener, notes: { events, progress, intervals } };
}
