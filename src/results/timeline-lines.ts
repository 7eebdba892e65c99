import type { Progress, WorldName } from '../metrics/run.ts';
import { SERIES, TIMINGS, type TimingName } from '../core/metrics.ts';
import type { CurveChanges } from './curve-changes.ts';
import { STAMP } from './stamp.ts';

/** The part of a run's progress that a line holds. */
export type LineParts = Pick<Progress, 'measurements' | 'faults' | 'generator'>;

/** Totals as they stand at `endMs`, with what the curves and their shifts gained. */
export function timelineLine(
  span: { readonly startMs: number; readonly endMs: number },
  progress: LineParts,
  changes: CurveChanges,
  shifts: CurveChanges | null,
): string {
  const { elapsedMs, planned, counts: totals, losses, reported, ledger, curves, timings } = progress.measurements;
  const failures: Partial<Record<TimingName, Record<string, number>>> = {};
  for (const name of TIMINGS) {
    if (timings[name].failed > 0) failures[name] = Object.fromEntries(timings[name].failures);
  }
  return JSON.stringify({
    startMs: span.startMs,
    endMs: span.endMs,
    elapsedMs,
    planned,
    counts: totals,
    failures,
    losses: Object.fromEntries(losses),
    ledger,
    targetReported: reported,
    faults: progress.faults,
    generator: progress.generator,
    bins: curves.bins,
    changes,
    ...(shifts === null ? {} : { shifts }),
  });
}

export function timelineHeader(
  world: WorldName,
  startedAt: string,
  recorded: readonly string[] = [...SERIES, ...TIMINGS],
): string {
  return JSON.stringify({ ...STAMP, world, startedAt, recorded });
}
