/** The curves of a run: events per bin, merged by addition. The order is the layout of recorded arrays. */
export const SERIES = [
  'attempts',
  /** attempts that are the first of a client's life; the rest are reconnects */
  'arrivals',
  'attemptsFailed',
  'ready',
  /** ready again after a loss */
  'recovered',
  'lostExpired',
  'lostRenewal',
  'lostClosed',
  'lostDropped',
  'stopped',
  /** stopped after a loss, before being ready again: a recovery that never came */
  'abandoned',
  'refreshes',
  'refreshed',
  'refreshFailedStatus',
  'refreshFailedMalformed',
  'refreshFailedNetwork',
  'refreshFailedTimeout',
  'refreshFailedGrant',
  /** commands that came due, whether or not they could be sent */
  'due',
  'sent',
  'resent',
  'acknowledged',
  'gaveUp',
  'skipped',
  /** effects beyond the first of a command id, as the gateway saw them */
  'duplicated',
  /** clients entering minus leaving each state; the running sum is the number in it */
  'stateIdle',
  'stateFetchingToken',
  'stateConnecting',
  'stateAuthenticating',
  'stateReady',
  'stateRenewing',
  'stateWaiting',
  'stateStopped',
  /** clients entering minus leaving each condition (see core/client/conditions.ts), in the order of CONDITION */
  'conditionForbidden',
  'conditionExpired',
  'conditionRefreshFailing',
  'conditionLoggedOut',
] as const;

export type SeriesName = (typeof SERIES)[number];

/** The width of a bin in milliseconds. */
export const BIN_MS = 100;

export const TIMINGS = [
  'handshake',
  'recovery',
  'refresh',
  'command',
  'expiryNotice',
  'lateness',
  'revocation',
] as const;

export type TimingName = (typeof TIMINGS)[number];

/** Timings of which some may be under way when the run ends, and the names of their ages in histograms.hlog. */
export const UNFINISHED = {
  handshake: 'handshakeUnfinished',
  refresh: 'refreshUnfinished',
  command: 'commandUnfinished',
} as const satisfies Partial<Record<TimingName, string>>;

export type HistogramName = TimingName | (typeof UNFINISHED)[keyof typeof UNFINISHED];

/** Every histogram that an interval can hold. */
export const HISTOGRAMS: readonly HistogramName[] = [...TIMINGS, ...Object.values(UNFINISHED)];

/** Plain sums beside the curves. */
export const COUNTS = [
  'clientsStarted',
  'exposureMs',
  'unexpectedEvents',
  'stoppedGaveUp',
  'stoppedOnAdvice',
  'stoppedLoggedOut',
  /** latencies outside 0..a week, recorded at the nearer edge */
  'clamped',
  /** clients found going round in a loop */
  'loopingReconnect',
  'loopingRefresh',
  /** connections found silent, and for how long they had been */
  'silent',
  'silenceMs',
  /** clients that were out when the run ended, and had been for a second or longer */
  'longNotBack',
] as const;

export type CountName = (typeof COUNTS)[number];

/** Series by number, for hot paths and array layouts. */
export const SERIES_INDEX = indexOf(SERIES);

/** Timings by number. */
export const TIMING_INDEX = indexOf(TIMINGS);

/** Counts by number. */
export const COUNT_INDEX = indexOf(COUNTS);

function indexOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>>;
function indexOf(names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name, index) => [name, index]));
}
