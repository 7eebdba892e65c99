import type { Fault } from '../core/fault/fault.ts';
import type { FaultOutcome } from '../core/fault/outcome.ts';
import type { Measurements } from './measurements.ts';
import type { IntervalHistograms } from './timings.ts';
import type { Sighting } from './sighting.ts';

/** Receives the events of a live or simulated run. */
export interface RunListener {
  /** the wall time of the run's start, at that instant; 1970 in virtual time, so that simulations are reproducible */
  onBegin?(startedAt: Date): void;
  onEvent(event: RunEvent): void;
  /** progress for screens, at least as often as they need it */
  onProgress?(progress: Progress): void;
  /** longest time of the run between two reports of progress, ms; absent: as often as there are any, a few times a second */
  readonly progressEveryMs?: number;
  /** an interval for the results folder, once a second of the run's time */
  onInterval(interval: Interval): void;
  /** a fault was injected by hand, and is now the last one of the run */
  onInjected?(fault: Fault): void;
  /** an interval of one of the shards that other machines hold, numbered from 0 */
  onShardInterval?(shard: number, interval: Interval): void;
  /** the outcome of one of them, after its last interval */
  onShardOutcome?(shard: number, outcome: Outcome): void;
}

/** The world of a run: real sockets, or virtual time. */
export type WorldName = 'live' | 'sim';

export type Phase = 'preparing' | 'running' | 'winding-down' | 'done';

/** Kinds of problems that make a run inconclusive under any thresholds. */
export const ISSUE_KINDS = [
  'process-died',
  'shard-lost',
  'redis-lost',
  'stopped-on-loss',
  'clock-stepped',
  'journal-incomplete',
  'results-incomplete',
  'tokens-short',
  'tokens-used',
  'logins-failed',
  'shards-apart',
] as const;
export type IssueKind = (typeof ISSUE_KINDS)[number];

/** Kinds of issues that end a run, in place of a threshold that aborts it. */
const ENDING_KINDS: ReadonlySet<IssueKind> = new Set(['redis-lost', 'stopped-on-loss']);
/** Kinds of issues after which events of some clients are missing, while all others were measured. */
const LOSS_KINDS: ReadonlySet<IssueKind> = new Set(['shard-lost', 'redis-lost', 'stopped-on-loss']);

/** A problem with the run as an experiment, which makes it inconclusive. */
export interface IntegrityIssue {
  readonly kind: IssueKind;
  /** instant at which it was noticed, ms from the run's start */
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
  /** kind of integrity issue, if the event is one; `message` is its sentence */
  readonly issue?: IssueKind;
}

/** Health of the generator. Beyond its limits some figures describe squall rather than the target. */
export interface GeneratorHealth {
  readonly workers: number;
  readonly latenessP99Ms: number;
  readonly loopDelayP99Ms: number;
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  /** attempts that could not begin without a free descriptor or port */
  readonly droppedStarts: number;
  readonly saturated: boolean;
  /** reasons in words; empty: not saturated */
  readonly reasons: readonly string[];
  /** largest share of two seconds for which a process of the embedded target waited for a core that other work had */
  readonly targetStarved: number;
  /** whether nothing bounds how far this changed the figures: attempts or requests could not begin, or were held back */
  readonly unbounded: boolean;
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
  /** histograms of this interval alone: HdrHistogram V2 payloads, compressed, base64; absent: empty */
  readonly histograms: IntervalHistograms;
}

/** Prefix of a warning that concerns one shard of a run. */
export const SHARD_WARNING = 'one shard of';

/** The result of a run. */
export interface Outcome {
  readonly measurements: Measurements;
  readonly faults: readonly FaultOutcome[];
  readonly generator: GeneratorHealth;
  readonly ended: 'completed' | 'interrupted' | 'aborted';
  /** the target never answered, so the exit code is 4 under any thresholds */
  readonly unreachable: boolean;
  /** integrity issues in the order in which they were noticed; each makes the run inconclusive */
  readonly integrity: readonly IntegrityIssue[];
  /** answers and frames that clients could not use, the most frequent first; absent in a simulation */
  readonly seen?: readonly Sighting[];
}

/** Whether an issue ended the run. */
export function hasEndedRun(integrity: readonly Pick<IntegrityIssue, 'kind'>[]): boolean {
  return integrity.some(({ kind }) => ENDING_KINDS.has(kind));
}

/** Whether an issue only lost what some clients would have done from then on. */
export function isLoss({ kind }: Pick<IntegrityIssue, 'kind'>): boolean {
  return LOSS_KINDS.has(kind);
}

/** The integrity issues among a run's events. */
export function issuesIn(events: readonly RunEvent[]): readonly IntegrityIssue[] {
  return events.flatMap(({ issue, atMs, message }) =>
    issue === undefined ? [] : [{ kind: issue, atMs, text: message }],
  );
}

/** Whether an event is listed with the warnings; integrity issues are listed with the verdict's reasons. */
export function isWarning({ kind, issue }: RunEvent): boolean {
  return (kind === 'warning' || kind === 'target-died') && issue === undefined;
}
