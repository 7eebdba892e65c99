/**
 * A stretch of the run in which clients came back in a crowd. Instants are ms from the run's start. How each figure is
 * found stands in `analyse` and in the files that it draws together.
 */
export interface Storm {
  readonly startMs: number;
  /** the run's end when `ended` is false */
  readonly endMs: number;
  readonly ended: boolean;
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
}
