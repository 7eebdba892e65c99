import type { Unauthorized } from '../core/server/unauthorized.ts';
import type { Curves } from './curves.ts';
import type { Failures, Timing } from './timing.ts';
import { byName, REPORTED, type CountName, type ReportedName, type TimingName } from '../core/metrics.ts';

/**
 * All measurements of a run up to `elapsedMs`: of a live run, a simulation or a results folder. Storms, thresholds,
 * summaries and screens are functions of it.
 */
export interface Measurements {
  readonly elapsedMs: number;
  readonly planned: number;
  /** events at their actual instants */
  readonly curves: Curves;
  /**
   * what to add to the curves to move the events that squall was late with to their on-time bins; null: nothing was late, as
   * in virtual time, or the recording version did not know. See `views`
   */
  readonly shifts: Curves | null;
  readonly timings: Readonly<Record<TimingName, Timing>>;
  /** NaN: the recording version did not count it */
  readonly counts: Readonly<Record<CountName, number>>;
  /** curves and timings that the recording version did not have; none in a run of this version */
  readonly unrecorded: ReadonlySet<string>;
  /** ended ready connections by reason */
  readonly losses: Failures;
  readonly reported: TargetReported;
  readonly ledger: LedgerTotals;
}

/** Counts that only the target can know, because clients do not notice; null: it does not report them. */
export type TargetReported = Readonly<Record<ReportedName, number | null>>;

export const NOTHING_REPORTED: TargetReported = byName(REPORTED, () => null);

/** The counts of an embedded target, or of its model. */
export function reportedOf({
  unauthorized,
  ...rest
}: {
  readonly wasted: number;
  readonly unauthorized: Readonly<Record<Unauthorized, number>>;
  readonly anonymous: number;
  readonly downgraded: number;
  readonly loggedOutByReuse: number;
}): TargetReported {
  const { beforeAuth, expired, revoked, forbidden } = unauthorized;
  return {
    ...rest,
    unauthorizedBeforeAuth: beforeAuth,
    unauthorizedExpired: expired,
    unauthorizedRevoked: revoked,
    unauthorizedForbidden: forbidden,
  };
}

/** Totals of the command ledger (Jepsen's words). null: only the gateway could know, and its record is unknown. */
export interface LedgerTotals {
  /** due commands: sent, skipped or waiting; of unknown clients, maybe neither */
  readonly due: number;
  /** never sent: there was no connection when due and none is sent later, or the client stopped before it had one */
  readonly skipped: number;
  /** due, and waiting for a connection when the run ended */
  readonly waiting: number;
  /** commands sent at least once */
  readonly sent: number;
  readonly acknowledged: number;
  /** sent, given up by the client, and without effect */
  readonly lost: number | null;
  /** effects beyond the first, over all commands */
  readonly duplicated: number | null;
  /** had an effect, but the client reported a failure */
  readonly unexpected: number | null;
  /** sent and neither acknowledged nor given up when the run ended */
  readonly inFlight: number;
  /** due, of unknown clients, and without an outcome when these were last heard of */
  readonly unknown: number;
  /** sent and given up by the client; lost + unexpected when the gateway's record is known */
  readonly gaveUp: number;
  /** duplicated effects by cause; null: unknown */
  readonly duplicatedBy: { readonly resend: number; readonly other: number } | null;
}
