import type { IntegrityIssue, IssueKind, RunEvent, RunListener } from '../../metrics/run.ts';
import type { RunClock } from '../time/clock.ts';

/** Reports the events of a run with their times to its listener. */
export class EventLog {
  readonly #listener: RunListener;
  #clock: RunClock | null = null;
  readonly #issues: IntegrityIssue[] = [];

  constructor(listener: RunListener) {
    this.#listener = listener;
  }

  /** Sets the beginning of the run; earlier events have time 0. */
  begin(clock: RunClock): void {
    this.#clock = clock;
  }

  get elapsedMs(): number {
    return Math.max(0, this.#clock?.now() ?? 0);
  }

  /** The present instant in words, such as `12.3 s into the run`. */
  get instant(): string {
    return `${(this.elapsedMs / 1000).toFixed(1)} s into the run`;
  }

  /** Integrity issues so far, in order. */
  get issues(): readonly IntegrityIssue[] {
    return this.#issues;
  }

  /** Reports an event that makes the run inconclusive. */
  spoil(issue: IssueKind, message: string, kind: RunEvent['kind'] = 'warning'): IntegrityIssue {
    const atMs = this.elapsedMs;
    const noted: IntegrityIssue = { kind: issue, atMs, text: message };
    this.#issues.push(noted);
    this.#listener.onEvent({ atMs, kind, message, issue });
    return noted;
  }

  log(kind: RunEvent['kind'], message: string, fault?: number): void {
    this.#listener.onEvent({ atMs: this.elapsedMs, kind, message, ...(fault === undefined ? {} : { fault }) });
  }
}
