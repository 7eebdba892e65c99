import { decodeJwt } from 'jose';
import { STATE_NAMES } from '../../core/client/states.ts';
import type { FaultOutcome } from '../../core/fault/outcome.ts';
import type { Measurements } from '../../metrics/measurements.ts';
import type { Outcome } from '../../metrics/run.ts';
import { populationNow } from '../../metrics/samples.ts';
import type { SeriesName, TimingName } from '../../core/metrics.ts';
import type { TargetCounts } from '../../embedded/protocol.ts';

type Counts = Readonly<Record<string, number>>;

/**
 * Command counts as true or false. The exact numbers depend on the millisecond at which connections open, which differs
 * between worlds.
 */
type Any = Readonly<Record<string, boolean>>;

/** The figures compared between worlds. Counts of 0 are left out. */
export interface Figures {
  readonly faults: readonly string[];
  /** ready connections that ended, by cause */
  readonly losses: Counts;
  /** failed attempts by reason */
  readonly handshakes: Counts;
  /** failed token requests by reason */
  readonly refreshes: Counts;
  readonly refreshesAsked: number;
  readonly refreshed: number;
  /** requests for first tokens, and those that failed by reason */
  readonly logins: number;
  readonly loginFailures: Counts;
  /** requests for first tokens before the run */
  readonly loginsBefore: number;
  /** requests for first tokens that were answered, before the run or during it */
  readonly loggedIn: number;
  /** requests before dials, and those that failed by reason */
  readonly dialRequests: number;
  readonly dialRequestFailures: Counts;
  /** how often clients became ready; `recovered`: ready again after a loss */
  readonly ready: number;
  readonly recovered: number;
  /** clients that stopped, by reason */
  readonly stops: Counts;
  /** clients by their state at the end of the run */
  readonly final: Counts;
  /** connections of sessions that ended elsewhere: closed, and never closed */
  readonly revocation: Counts;
  /** clients with (`noticed`) and without a notice of their token's expiry */
  readonly expiryNotices: Counts;
  readonly ledger: Any;
  /** commands that failed, by reason */
  readonly commands: Any;
  /** commands that should have been refused, counted by the target */
  readonly unauthorized: Any;
  readonly sessions: Counts;
  readonly loggedOutByReuse: number;
  /** upgrade requests and token subjects in the access log; null without a log */
  readonly logged: Counts | null;
}

export type Figure = keyof Figures;

/** The target's own counts and access log; null where the run has none. */
export interface RunRecord {
  readonly counts: TargetCounts | null;
  readonly accessLog: string | null;
}

export function figuresOf({ measurements, faults }: Outcome, { counts: beside, accessLog }: RunRecord): Figures {
  const { curves, counts, losses, timings, reported } = measurements;
  const total = (series: SeriesName): number => curves.total(series);
  return {
    faults: faults.map(tallyOf),
    losses: sorted(Object.fromEntries(losses)),
    handshakes: failures(measurements, 'handshake'),
    refreshes: failures(measurements, 'refresh'),
    refreshesAsked: total('refreshes'),
    refreshed: total('refreshed'),
    logins: total('logins'),
    loginFailures: failures(measurements, 'login'),
    loginsBefore: counts.loginsBefore ?? 0,
    loggedIn: timings.login.count,
    dialRequests: total('dialRequests'),
    dialRequestFailures: failures(measurements, 'dialRequest'),
    ready: total('ready'),
    recovered: total('recovered'),
    stops: sorted({
      'gave-up': counts.stoppedGaveUp,
      'advised-to-stop': counts.stoppedOnAdvice,
      'logged-out': counts.stoppedLoggedOut,
    }),
    final: sorted(Object.fromEntries(STATE_NAMES.map((name) => [name, populationNow(curves, [stateSeries(name)])]))),
    revocation: sorted({ closed: timings.revocation.count, ...failures(measurements, 'revocation') }),
    expiryNotices: sorted({ noticed: timings.expiryNotice.count, ...failures(measurements, 'expiryNotice') }),
    ledger: anyOf({ ...settledIn(measurements), ...(beside && { duplicated: beside.duplicated }) }),
    commands: anyOf(Object.fromEntries(timings.command.failures)),
    unauthorized: anyOf(beside?.unauthorized ?? unauthorizedIn(reported)),
    sessions: sorted(
      beside
        ? { anonymous: beside.anonymous, downgraded: beside.downgraded }
        : { anonymous: reported.anonymous ?? 0, downgraded: reported.downgraded ?? 0 },
    ),
    logged: accessLog === null ? null : loggedIn(accessLog),
    loggedOutByReuse: beside?.reuseDetected ?? reported.loggedOutByReuse ?? 0,
  };
}

function loggedIn(accessLog: string): Counts {
  const counts: Record<string, number> = { requests: accessLog.split('\n').length - 1 };
  for (const [token] of accessLog.matchAll(/ey[\w-]+\.ey[\w-]+\.[\w-]+/g)) {
    const subject = decodeJwt(token).sub ?? '';
    counts[subject] = (counts[subject] ?? 0) + 1;
  }
  return sorted(counts);
}

/** The settled commands; commands in flight depend on the exact end of the run. */
function settledIn({
  ledger: { due, sent, skipped, acknowledged, gaveUp, lost, duplicated, unexpected },
}: Measurements) {
  return { due, sent, skipped, acknowledged, gaveUp, lost, duplicated, unexpected };
}

function tallyOf({ label, planned, hit, missed }: FaultOutcome): string {
  const whys = Object.entries(missed)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([why, n]) => `, ${n} ${why}`);
  return `${label}: ${hit} of ${planned}${whys.join('')}`;
}

function failures({ timings }: Measurements, timing: TimingName): Counts {
  return sorted(Object.fromEntries(timings[timing].failures));
}

function sorted(counts: Counts): Counts {
  const entries = Object.entries(counts).filter(([, n]) => n !== 0);
  return Object.fromEntries(entries.toSorted(([a], [b]) => a.localeCompare(b)));
}

/** Whether each count is above 0; unknown counts are left out. */
function anyOf(counts: Readonly<Record<string, unknown>>): Any {
  return Object.fromEntries(
    Object.entries(counts).flatMap(([name, n]) => (typeof n === 'number' ? [[name, n > 0] as const] : [])),
  );
}

function unauthorizedIn(reported: Measurements['reported']): Readonly<Record<string, number | null>> {
  const { unauthorizedBeforeAuth, unauthorizedExpired, unauthorizedRevoked, unauthorizedForbidden } = reported;
  return {
    beforeAuth: unauthorizedBeforeAuth,
    expired: unauthorizedExpired,
    revoked: unauthorizedRevoked,
    forbidden: unauthorizedForbidden,
  };
}

function stateSeries(name: (typeof STATE_NAMES)[number]): SeriesName {
  return STATE_SERIES[name];
}

const STATE_SERIES = {
  idle: 'stateIdle',
  'fetching-token': 'stateFetchingToken',
  connecting: 'stateConnecting',
  authenticating: 'stateAuthenticating',
  joining: 'stateJoining',
  ready: 'stateReady',
  renewing: 'stateRenewing',
  waiting: 'stateWaiting',
  stopped: 'stateStopped',
} as const satisfies Record<(typeof STATE_NAMES)[number], SeriesName>;
