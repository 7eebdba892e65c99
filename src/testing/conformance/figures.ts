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
 * How many commands there were falls out of when exactly connections opened, which no two worlds do to the millisecond:
 * what is compared is whether there were any.
 */
type Any = Readonly<Record<string, boolean>>;

/** What worlds are compared by. Zeros are left out of the counts. */
export interface Figures {
  readonly faults: readonly string[];
  /** how ready connections ended */
  readonly losses: Counts;
  /** failed attempts by reason */
  readonly handshakes: Counts;
  /** failed token requests by reason */
  readonly refreshes: Counts;
  readonly refreshed: number;
  /** times that a client became ready, and became so again after a loss */
  readonly ready: number;
  readonly recovered: number;
  /** clients that stopped, by reason */
  readonly stops: Counts;
  /** clients by the state in which the run's end found them */
  readonly final: Counts;
  /** sessions that had ended elsewhere: how many connections were closed for that, and how many never */
  readonly revocation: Counts;
  /** clients that were told of the expiry of their token, and those that were not */
  readonly expiryNotices: Counts;
  readonly ledger: Any;
  /** commands that failed, by reason */
  readonly commands: Any;
  /** what only the target knows */
  readonly unauthorized: Any;
  readonly sessions: Counts;
  readonly loggedOutByReuse: number;
  /** upgrade requests in the access log, and whose tokens stand in it; null where nothing is written */
  readonly logged: Counts | null;
}

export type Figure = keyof Figures;

/** What is known of a target beside what the run knows of it: its own counts and log, each null where there is none. */
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
    refreshed: total('refreshed'),
    ready: total('ready'),
    recovered: total('recovered'),
    stops: sorted({
      'gave-up': counts.stoppedGaveUp,
      'told-to-stop': counts.stoppedOnAdvice,
      'logged-out': counts.stoppedLoggedOut,
    }),
    final: sorted(Object.fromEntries(STATE_NAMES.map((name) => [name, populationNow(curves, [stateSeries(name)])]))),
    revocation: sorted({ closed: timings.revocation.count, ...failures(measurements, 'revocation') }),
    expiryNotices: sorted({ told: timings.expiryNotice.count, ...failures(measurements, 'expiryNotice') }),
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

/** What the run's end found under way depends on when exactly it came. */
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

/** Leaves out what is not known. */
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
  ready: 'stateReady',
  renewing: 'stateRenewing',
  waiting: 'stateWaiting',
  stopped: 'stateStopped',
} as const satisfies Record<(typeof STATE_NAMES)[number], SeriesName>;
