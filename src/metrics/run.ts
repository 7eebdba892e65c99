import type { Fault } from '../core/fault/fault.ts';
import type { FaultOutcome } from '../core/fault/outcome.ts';
import type { Measurements } from './measurements.ts';
import type { IntervalHistograms } from './timings.ts';
import type { Sighting } from './sighting.ts';

/** What a world tells whoever watches a run: the same for live and simulated ones. */
export interface RunListener {
  /** the run's time 0, once it has come: in virtual time 1970, so that two simulations write the same */
  onBegin?(startedAt: Date): void;
  onEvent(event: RunEvent): void;
  /** a few times a second, for screens */
  onProgress(progress: Progress): void;
  /** once a second of the run's time, for the results folder */
  onInterval(interval: Interval): void;
  /** a fault was injected by hand: the last of those that the run now has */
  onInjected?(fault: Fault): void;
}

/** Which world a run took place in: real sockets, or virtual time. */
export type WorldName = 'live' | 'sim';

export type Phase = 'preparing' | 'running' | 'winding-down' | 'done';

/** What makes a run's figures unfit for a verdict, whatever the thresholds say. */
export const ISSUE_KINDS = [
  'process-died',
  'clock-stepped',
  'journal-incomplete',
  'results-incomplete',
  'tokens-short',
  'tokens-used',
] as const;
export type IssueKind = (typeof ISSUE_KINDS)[number];

/** One thing that went wrong with a run as an experiment: the run is inconclusive. */
export interface IntegrityIssue {
  readonly kind: IssueKind;
  /** when it was noticed, ms from the run's start */
  readonly atMs: number;
  /** a sentence for people; free of secrets and of control characters */
  readonly text: string;
}

export interface RunEvent {
  readonly atMs: number;
  readonly kind:
    | 'phase'
    | 'fault-begin'
    | 'fault-end'
    | 'warning'
    | 'target-died'
    | 'target-restarted'
    | 'aborted'
    | 'interrupted';
  /** for people; free of secrets and of control characters */
  readonly message: string;
  /** index into the scenario's faults */
  readonly fault?: number;
  /** the event is an integrity issue of this kind, and `message` is its sentence */
  readonly issue?: IssueKind;
}

/** The generator's own health. When it passes its limits the numbers say more about squall than about the target. */
export interface GeneratorHealth {
  readonly workers: number;
  readonly latenessP99Ms: number;
  readonly loopDelayP99Ms: number;
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  /** attempts that could not begin for want of a descriptor or port */
  readonly droppedStarts: number;
  readonly saturated: boolean;
  /** why, in words; empty when not saturated */
  readonly reasons: readonly string[];
  /** the number of clients at which this machine would have coped; null when not saturated or not known */
  readonly clientsThatFit: number | null;
}

export interface Progress {
  readonly phase: Phase;
  readonly durationMs: number;
  readonly measurements: Measurements;
  readonly faults: readonly FaultOutcome[];
  readonly generator: GeneratorHealth;
}

export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
  readonly progress: Progress;
  /** what was recorded in this interval alone: HdrHistogram V2 payloads, compressed, base64; absent when empty */
  readonly histograms: IntervalHistograms;
}

/** How a warning begins that belongs to one shard of a run, and not to the whole of them. */
export const SHARD_WARNING = 'one shard of';

/** How a run ended. */
export interface Outcome {
  readonly measurements: Measurements;
  readonly faults: readonly FaultOutcome[];
  readonly generator: GeneratorHealth;
  readonly ended: 'completed' | 'interrupted' | 'aborted';
  /** nobody ever answered: the exit code is 4, whatever the thresholds say */
  readonly unreachable: boolean;
  /** in the order in which they were noticed; any makes the run inconclusive */
  readonly integrity: readonly IntegrityIssue[];
  /** what the target answered or sent that clients could not use, the most frequent first; absent in a simulation */
  readonly seen?: readonly Sighting[];
}

/** The integrity issues among a run's events. */
export function issuesIn(events: readonly RunEvent[]): readonly IntegrityIssue[] {
  return events.flatMap(({ issue, atMs, message }) =>
    issue === undefined ? [] : [{ kind: issue, atMs, text: message }],
  );
}

/** Whether an event stands among a run's warnings; an integrity issue stands among the verdict's reasons instead. */
export function isWarning({ kind, issue }: RunEvent): boolean {
  return (kind === 'warning' || kind === 'target-died') && issue === undefined;
}
