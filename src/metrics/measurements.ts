import type { Unauthorized } from '../core/server/unauthorized.ts';
import type { Curves } from './curves.ts';
import type { Failures, Timing } from './timing.ts';
import { byName, REPORTED, type CountName, type ReportedName, type TimingName } from '../core/metrics.ts';

/**
 * All that a run measured up to `elapsedMs`, whether it comes from a live coordinator, a simulation or a results
 * folder read back. Storms, thresholds, summaries and screens are functions of it.
 */
export interface Measurements {
  readonly elapsedMs: number;
  readonly planned: number;
  readonly curves: Curves;
  readonly timings: Readonly<Record<TimingName, Timing>>;
  /** NaN: the version that ran it did not count it */
  readonly counts: Readonly<Record<CountName, number>>;
  /** curves and timings that the version that ran it did not record; none in a run of this version */
  readonly unrecorded: ReadonlySet<string>;
  /** ready connections that ended, by how */
  readonly losses: Failures;
  readonly reported: TargetReported;
  readonly ledger: LedgerTotals;
}

/** What only the target can know, because clients do not notice; null where it does not say. */
export type TargetReported = Readonly<Record<ReportedName, number | null>>;

export const NOTHING_REPORTED: TargetReported = byName(REPORTED, () => null);

/** The report of an embedded target, or of the model of one. */
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

/** The command ledger, summed (Jepsen's words). `null` where only the gateway could know and it did not say. */
export interface LedgerTotals {
  /** commands that came due: sent, skipped or waiting */
  readonly due: number;
  /** never sent: no connection as they came due and none is sent later, or the client stopped before it had one */
  readonly skipped: number;
  /** due, and waiting for a connection when the run ended */
  readonly waiting: number;
  /** command ids sent at least once */
  readonly sent: number;
  readonly acknowledged: number;
  /** sent, given up by the client, and without effect */
  readonly lost: number | null;
  /** effects beyond the first, over all ids */
  readonly duplicated: number | null;
  /** had an effect, but the client reported it as failed */
  readonly unexpected: number | null;
  /** sent and neither acknowledged nor given up when the run ended */
  readonly inFlight: number;
  /** sent and given up by the client; lost + unexpected when the gateway's record is known */
  readonly gaveUp: number;
  /** duplicated effects by what caused them; null where that is not known */
  readonly duplicatedBy: { readonly resend: number; readonly other: number } | null;
}
