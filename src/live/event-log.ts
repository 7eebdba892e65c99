import type { IntegrityIssue, IssueKind, RunEvent, RunListener } from '../metrics/run.ts';
import type { RunClock } from './clock.ts';

/** Tells whoever watches what happens in a run, and when. */
export class EventLog {
  readonly #listener: RunListener;
  #clock: RunClock | null = null;
  readonly #issues: IntegrityIssue[] = [];

  constructor(listener: RunListener) {
    this.#listener = listener;
  }

  /** The run has a beginning; what was told before happened at 0. */
  begin(clock: RunClock): void {
    this.#clock = clock;
  }

  get elapsedMs(): number {
    return Math.max(0, this.#clock?.now() ?? 0);
  }

  /** The integrity issues so far, in the order in which they were noticed. */
  get issues(): readonly IntegrityIssue[] {
    return this.#issues;
  }

  /** Tells of an event that makes the run inconclusive. */
  spoil(issue: IssueKind, message: string, kind: RunEvent['kind'] = 'warning'): void {
    const atMs = this.elapsedMs;
    this.#issues.push({ kind: issue, atMs, text: message });
    this.#listener.onEvent({ atMs, kind, message, issue });
  }

  log(kind: RunEvent['kind'], message: string, fault?: number): void {
    this.#listener.onEvent({ atMs: this.elapsedMs, kind, message, ...(fault === undefined ? {} : { fault }) });
  }
}
