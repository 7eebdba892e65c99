/**
 * Kinds of storms.
 *
 * - `reconnect`: many clients reconnected, or tried to
 * - `outage`: many clients were out, but few tried to reconnect
 * - `refresh`: requests to the token service failed repeatedly, and retries did not help
 */
export type StormKind = 'reconnect' | 'outage' | 'refresh';

/**
 * A period of the run in which many clients were out or retried. Instants are ms from the run's start. `analyse` computes
 * the figures.
 */
export interface Storm {
  readonly kind: StormKind;
  readonly startMs: number;
  /** the run's end when `ended` is false */
  readonly endMs: number;
  readonly ended: boolean;
  /** middle of the fullest second */
  readonly peakAtMs: number;
  /** reconnects in the fullest second; of a `refresh` storm, token requests */
  readonly peakPerSecond: number;
  /** calm rate of the same events; null: no second of the run was calm */
  readonly calmPerSecond: number | null;
  /** ratio of the peak to the calm rate; null: there is no calm rate above 0 */
  readonly spikeFactor: number | null;
  /** the same storm without squall's own lateness; null: the lateness is not known */
  readonly intended: IntendedStorm | null;
  /** time from the start until this share of the losses had recovered; null: that did not happen */
  readonly t50Ms: number | null;
  readonly t95Ms: number | null;
  readonly t99Ms: number | null;
  readonly t100Ms: number | null;
  /** the same from each loss's own instant, in the order of losses; the source of `t95(recovery)` */
  readonly own: OwnTimes;
  /** the same of sockets, whose channels are joined afterwards; null: no socket was lost, or channels are not joined */
  readonly sockets: OwnTimes | null;
  /** ready connections that ended, however they did */
  readonly lost: number;
  /** connections among them that clients ended to connect with a newer token; null: not recorded */
  readonly renewals: number | null;
  /** recoveries between start and end */
  readonly recovered: number;
  /** clients that had been ready but were not at the next storm's start or the run's end, also from earlier storms */
  readonly notBack: number;
  /** clients that were out when they became unknown, between the start and then; neither back nor among `notBack` */
  readonly unknown: number;
  /** newcomers that had tried in vain by then */
  readonly neverReady: number;
  /** clients whose latest token request had failed by then */
  readonly failing: number;
  /** amplification: reconnects a recovery, between start and end; null: no recoveries */
  readonly attemptsPerRecovery: number | null;
  readonly outlivedCause: boolean;
  /** null: not self-sustaining, as `selfSustaining` defines it */
  readonly selfSustaining: SelfSustaining | null;
}

/** Figures of a storm in the intended view of its run. */
export interface IntendedStorm {
  readonly peakAtMs: number;
  readonly peakPerSecond: number;
  readonly spikeFactor: number | null;
  /** times from the storm's start, as in `Storm`; null: the intended view does not have the same storms */
  readonly times: {
    readonly t50Ms: number | null;
    readonly t95Ms: number | null;
    readonly t99Ms: number | null;
    readonly t100Ms: number | null;
  } | null;
}

/** Recovery times of a storm's losses by share; null: not reached by the next storm or the run's end. */
export interface OwnTimes {
  readonly t50Ms: number | null;
  readonly t95Ms: number | null;
  readonly t99Ms: number | null;
  readonly t100Ms: number | null;
  /** time from the last loss until then, which is a lower bound for null values */
  readonly watchedMs: number;
}

/** Figures of a self-sustaining storm. */
export interface SelfSustaining {
  /** time from the end of its cause to the end of the run */
  readonly afterMs: number;
  /** the cause: a fault, the losses, or due tokens */
  readonly after: 'fault' | 'losses' | 'due';
  /** mean rate of attempts, or token requests, over the later half of that time */
  readonly attemptsPerSecond: number;
  /** capacity for handshakes, or token requests, in the scenario; null: no limit */
  readonly capacityPerSecond: number | null;
  /** number of lost clients below which storms drain, from `drainsBelow`; null: the scenario implies no bound */
  readonly drainsBelow: number | null;
}
