/**
 * A stretch of the run in which clients came back in a crowd. Instants are ms from the run's start. How each figure is
 * found stands in `analyse` and in the files that it draws together.
 */
export interface Storm {
  readonly startMs: number;
  /** the run's end when `ended` is false */
  readonly endMs: number;
  readonly ended: boolean;
  /** the middle of the fullest second */
  readonly peakAtMs: number;
  /** reconnects in the fullest second */
  readonly peakPerSecond: number;
  /** reconnects a second when there is no storm */
  readonly calmPerSecond: number;
  /** the peak over the calm rate, which is taken as 1/s when it is less */
  readonly spikeFactor: number;
  /** from the start until this share of the losses had been made good; null when that did not happen */
  readonly t50Ms: number | null;
  readonly t95Ms: number | null;
  readonly t99Ms: number | null;
  readonly t100Ms: number | null;
  /** ready connections that ended, however they did */
  readonly lost: number;
  /** clients that were ready again, between start and end */
  readonly recovered: number;
  /** reconnects for one recovery, between start and end: the amplification; null when nobody recovered */
  readonly attemptsPerRecovery: number | null;
  readonly outlivedCause: boolean;
  /** null unless the storm lives on its own retries; `selfSustaining` has the definition */
  readonly selfSustaining: SelfSustaining | null;
}

/** A storm that nothing but its own retries keeps alive. */
export interface SelfSustaining {
  /** how long its cause had been over when the run ended */
  readonly afterMs: number;
  /** what the cause was */
  readonly after: 'fault' | 'losses';
  /** reconnects, on average over the later half of that time */
  readonly attemptsPerSecond: number;
  /** handshakes that the scenario says the gateways can do; null where it sets no limit */
  readonly capacityPerSecond: number | null;
  /** storms of fewer lost clients drain in the end, as `drainsBelow` derives it; null where no bound follows from the scenario */
  readonly drainsBelow: number | null;
}
