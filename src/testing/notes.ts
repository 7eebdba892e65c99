import type { Interval, Progress, RunEvent, RunListener } from '../metrics/run.ts';

/** A test's hooks into a run. */
export interface Watching {
  readonly signal?: AbortSignal;
  /** receives the time of day at which the run's clock begins */
  readonly onBegin?: (startedAt: Date) => void;
  /** receives each progress */
  readonly onProgress?: (progress: Progress) => void;
  readonly onEvent?: (event: RunEvent) => void;
  /** interrupts the run as soon as it returns true, so that a test waits for a condition and not for a fixed time */
  readonly until?: (progress: Progress) => boolean;
}

/** Everything that a run reported to its listener, in order. */
export interface Notes {
  readonly events: readonly RunEvent[];
  readonly progress: readonly Progress[];
  readonly intervals: readonly Interval[];
}

/** A listener that keeps everything it receives. */
export function noting({ onBegin, onProgress, onEvent }: Watching): {
  readonly listener: RunListener;
  readonly notes: Notes;
} {
  const events: RunEvent[] = [];
  const progress: Progress[] = [];
  const intervals: Interval[] = [];
  const listener: RunListener = {
    onBegin: (startedAt) => onBegin?.(startedAt),
    onEvent: (event) => {
      events.push(event);
      onEvent?.(event);
    },
    onProgress: (each) => {
      progress.push(each);
      onProgress?.(each);
    },
    onInterval: (interval) => intervals.push(interval),
  };
  return { listener, notes: { events, progress, intervals } };
}
