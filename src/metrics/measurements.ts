import type { Unauthorized } from '../core/server/unauthorized.ts';
import type { Curves } from './curves.ts';
import type { Failures, Timing } from './timing.ts';
import type { CountName, TimingName } from './series.ts';

/**
 * All that a run measured up to `elapsedMs`, whether it comes from a live coordinator, a simulation or a results
 * folder read back. Storms, thresholds, summaries and screens are functions of it.
 */
export interface Measurements extends TargetReported {
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
  /** attempts that the gateway finished after the client had given up; null where nobody can know */
  readonly wasted: number | null;
  readonly ledger: LedgerTotals;
}

/** What only the target can know, because clients do not notice; null where nobody says. */
export interface TargetReported {
  /** commands that were carried out although they should not have been, by why not */
  readonly unauthorized: Readonly<Record<Unauthorized, number>> | null;
  readonly sessions: {
    /** connections that were let in without being anybody's */
    readonly anonymous: number;
    /** connections that went on with fewer rights than their token gives, without being told */
    readonly downgraded: number;
  } | null;
  /** clients logged out because their refresh token had been used before (RFC 9700 section 4.14.2) */
  readonly loggedOutByReuse: number | null;
}

export const NOTHING_REPORTED: TargetReported = { unauthorized: null, sessions: null, loggedOutByReuse: null };

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
