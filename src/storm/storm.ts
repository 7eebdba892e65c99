/**
 * What a stretch of the run was.
 *
 * - `reconnect`: clients came back in a crowd, or tried to
 * - `outage`: clients were out, and no crowd tried to come back
 * - `refresh`: requests to the token service failed over and over, and none of the retries helped
 */
export type StormKind = 'reconnect' | 'outage' | 'refresh';

/**
 * A stretch of the run in which clients were out or asked over and over. Instants are ms from the run's start. How each
 * figure is found stands in `analyse` and in the files that it draws together.
 */
export interface Storm {
  readonly kind: StormKind;
  readonly startMs: number;
  /** the run's end when `ended` is false */
  readonly endMs: number;
  readonly ended: boolean;
  /** the middle of the fullest second */
  readonly peakAtMs: number;
  /** reconnects in the fullest second; of a `refresh` storm, token requests */
  readonly peakPerSecond: number;
  /** the same a second when there is no storm; null when no second of the run was calm */
  readonly calmPerSecond: number | null;
  /** the peak over the calm rate; null where there is no calm rate above 0 */
  readonly spikeFactor: number | null;
  /** from the start until this share of the losses had been made good; null when that did not happen */
  readonly t50Ms: number | null;
  readonly t95Ms: number | null;
  readonly t99Ms: number | null;
  readonly t100Ms: number | null;
  /** the same from each loss by itself, the first lost being the first back; what `t95(recovery)` looks at */
  readonly own: OwnTimes;
  /** ready connections that ended, however they did */
  readonly lost: number;
  /** clients that were ready again, between start and end */
  readonly recovered: number;
  /** clients that had been ready and were not when the next storm began or the run ended, those of earlier storms included */
  readonly notBack: number;
  /** clients that had arrived long enough ago to have tried in vain, and had never been ready by then */
  readonly neverReady: number;
  /** clients whose latest token request had failed by then */
  readonly failing: number;
  /** reconnects for one recovery, between start and end: the amplification; null when nobody recovered */
  readonly attemptsPerRecovery: number | null;
  readonly outlivedCause: boolean;
  /** null unless the storm lives on its own retries; `selfSustaining` has the definition */
  readonly selfSustaining: SelfSustaining | null;
}

/** null: this share of a storm's losses was not made good by the next storm or the run's end */
export interface OwnTimes {
  readonly t50Ms: number | null;
  readonly t95Ms: number | null;
  readonly t99Ms: number | null;
  readonly t100Ms: number | null;
  /** how long the last of the losses had been watched by then: what is null is more */
  readonly watchedMs: number;
}

/** A storm that nothing but its own retries keeps alive. */
export interface SelfSustaining {
  /** how long its cause had been over when the run ended */
  readonly afterMs: number;
  /** what the cause was: a fault, the losses, or tokens that came due */
  readonly after: 'fault' | 'losses' | 'due';
  /** attempts, or token requests, on average over the later half of that time */
  readonly attemptsPerSecond: number;
  /** handshakes, or token requests, that the scenario says can be done; null where it sets no limit */
  readonly capacityPerSecond: number | null;
  /** storms of fewer lost clients drain in the end, as `drainsBelow` derives it; null where no bound follows from the scenario */
  readonly drainsBelow: number | null;
}
