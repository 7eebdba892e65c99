import type { Curves } from '../metrics/curves.ts';
import type { Measurements } from '../metrics/measurements.ts';
import { summariseRun } from '../results/summarise-run.ts';
import type { Summary } from '../results/summary.ts';
import { scriptedRun } from './scripted-run.ts';

/** The summary of the scripted run, with fields that a test sets. */
export function scriptedSummary(changes: Partial<Summary> = {}): {
  readonly summary: Summary;
  readonly curves: Curves;
  readonly measurements: Measurements;
} {
  const run = scriptedRun(500);
  const { progress, events } = run.advance(run.scenario.durationMs);
  const { summary } = summariseRun({
    scenario: run.scenario,
    world: 'live',
    startedAt: new Date('2026-11-23T18:04:05Z'),
    outcome: { ...progress, ended: 'completed', unreachable: false, integrity: [] },
    warnings: events.filter(({ kind }) => kind === 'warning').map(({ message }) => message),
  });
  const { measurements } = progress;
  return { summary: { ...summary, ...changes }, curves: measurements.curves, measurements };
}

/** What a hostile server might put into the reason of a close frame. */
export const HOSTILE = '</td><script>alert(1)</script>\n::error::pwned \u001b[31m`|@everyone|` & "quotes" \uFFFF';
