import { kebab } from './kebab.ts';

/**
 * The registry of metrics. The recorder's layout, the files of a results folder, reports, thresholds and the table in
 * the README derive from it: a new metric is a line here, and the call that records it.
 */

/** A curve: events in bins of 100 ms, merged by addition. */
interface CurveSpec {
  /** what its bins hold: events, or clients that entered minus clients that left a state or condition */
  readonly kind: 'events' | 'state' | 'condition';
  /** the family that counts it in OpenMetrics, without `squall_` */
  readonly family: string;
  /** labels that distinguish it from the other curves of its family */
  readonly labels?: Readonly<Record<string, string>>;
  readonly help: string;
}

/** A plain sum beside the curves; one whose name ends in `Ms` is a time. */
interface SumSpec {
  /** its name in thresholds; default: the name in kebab case, without its unit */
  readonly metric?: string;
  /** what must have happened before a 0 counts as data */
  readonly needs: 'attempts' | 'ready' | 'sent';
  /** the whole that a limit in per cent refers to */
  readonly of?: 'clients' | 'attempts' | 'sent';
  /** the row and the unit in reports, which show it when it is above 0 */
  readonly alarm?: readonly [row: string, what: string];
  readonly help: string;
}

/** A latency, recorded as an HDR histogram, with its failures counted by reason. */
interface TimingSpec {
  /** reasons of failure beside the signals of signal.ts */
  readonly reasons?: readonly string[];
  /** some may be under way when the run ends; their ages have a histogram of their own */
  readonly unfinished?: true;
  /** squall's own lateness may be part of it; the latencies without that lateness have a histogram of their own */
  readonly onTime?: true;
  readonly help: string;
}

/** The width of a bin in milliseconds. */
export const BIN_MS = 100;

const LOST = {
  kind: 'events',
  family: 'connections_lost',
  help: 'Ready connections, or their channels, that ended, by cause.',
} as const;
const REFRESH_FAILED = {
  kind: 'events',
  family: 'refreshes_failed',
  help: 'Tokens that were asked for and did not come, by class.',
} as const;
const STATE = { kind: 'state', family: 'clients', help: 'Clients in each state.' } as const;
const UNKNOWN = {
  kind: 'state',
  family: 'clients_unknown',
  help: 'Unknown clients that had been ready, by whether they were ready or out when they were last heard of.',
} as const;
const CONDITION = {
  kind: 'condition',
  family: 'clients_hindered',
  help: 'Clients in each condition that keeps them from their work.',
} as const;

/** The order is the layout of recorded arrays. */
const CURVES = {
  attempts: { kind: 'events', family: 'attempts', help: 'Attempts to connect.' },
  arrivals: {
    kind: 'events',
    family: 'arrivals',
    help: 'Attempts that are the first of a client; the rest are reconnects.',
  },
  attemptsFailed: {
    kind: 'events',
    family: 'attempts_failed',
    help: 'Attempts that did not end in a ready connection.',
  },
  ready: { kind: 'events', family: 'ready', help: 'Connections that became ready.' },
  recovered: { kind: 'events', family: 'recovered', help: 'Clients that were ready again after a loss.' },
  lostExpired: { ...LOST, labels: { cause: 'expired' } },
  lostRenewal: { ...LOST, labels: { cause: 'renewal' } },
  lostClosed: { ...LOST, labels: { cause: 'closed' } },
  lostDropped: { ...LOST, labels: { cause: 'dropped' } },
  /** on a socket that stayed open */
  lostChannel: { ...LOST, labels: { cause: 'channel' } },
  stopped: { kind: 'events', family: 'clients_stopped', help: 'Clients that stopped for good.' },
  abandoned: {
    kind: 'events',
    family: 'clients_abandoned',
    help: 'Clients that stopped for good after a loss, before being ready again.',
  },
  refreshes: {
    kind: 'events',
    family: 'refreshes',
    help: 'Tokens asked for, of a token endpoint or of squall itself.',
  },
  refreshed: { kind: 'events', family: 'refreshed', help: 'Tokens that were asked for and came.' },
  /** the endpoint answered with an HTTP status other than 200 */
  refreshFailedStatus: { ...REFRESH_FAILED, labels: { class: 'status' } },
  /** the answer was no token response: not HTTP, or HTTP 200 without a token */
  refreshFailedMalformed: { ...REFRESH_FAILED, labels: { class: 'malformed' } },
  refreshFailedNetwork: { ...REFRESH_FAILED, labels: { class: 'network' } },
  refreshFailedTimeout: { ...REFRESH_FAILED, labels: { class: 'timeout' } },
  /** the session is over (RFC 6749 section 5.2 invalid_grant) */
  refreshFailedGrant: { ...REFRESH_FAILED, labels: { class: 'grant' } },
  logins: { kind: 'events', family: 'logins', help: "Requests for clients' first tokens." },
  loginsFailed: { kind: 'events', family: 'logins_failed', help: 'Requests for first tokens that got none.' },
  dialRequests: {
    kind: 'events',
    family: 'dial_requests',
    help: 'Requests to another service before a dial: tickets, negotiations, polling handshakes.',
  },
  connected: {
    kind: 'events',
    family: 'sockets_connected',
    help: 'Sockets that were open and authenticated, where channels are joined next.',
  },
  socketsBack: {
    kind: 'events',
    family: 'sockets_back',
    help: 'Sockets that were open and authenticated again after a loss, before channels are joined.',
  },
  socketsLost: {
    kind: 'events',
    family: 'sockets_lost',
    help: 'Sockets of clients that had been ready, joined or not, which ended, where channels are joined.',
  },
  joinRequests: {
    kind: 'events',
    family: 'join_requests',
    help: 'Requests to another service before a join, such as for the authorisation of a channel.',
  },
  joins: { kind: 'events', family: 'joins', help: 'Joins of channels that were asked for.' },
  rejoined: {
    kind: 'events',
    family: 'rejoined',
    help: 'Clients that were ready again over the same connection, after a lost channel.',
  },
  due: { kind: 'events', family: 'commands_due', help: 'Commands that came due, sent or not.' },
  sent: { kind: 'events', family: 'commands_sent', help: 'Commands sent for the first time.' },
  resent: { kind: 'events', family: 'commands_resent', help: 'Commands sent again.' },
  acknowledged: { kind: 'events', family: 'commands_acknowledged', help: 'Commands acknowledged.' },
  gaveUp: { kind: 'events', family: 'commands_given_up', help: 'Commands that clients gave up.' },
  skipped: { kind: 'events', family: 'commands_skipped', help: 'Commands that came due and are never sent.' },
  duplicated: { kind: 'events', family: 'effects_duplicated', help: 'Effects of commands beyond the first.' },
  conditionsLeft: {
    kind: 'events',
    family: 'conditions_left',
    help: 'Ends of conditions that kept a client from its work.',
  },
  // In the order of STATE.
  stateIdle: { ...STATE, labels: { state: 'idle' } },
  stateFetchingToken: { ...STATE, labels: { state: 'fetching-token' } },
  stateConnecting: { ...STATE, labels: { state: 'connecting' } },
  stateAuthenticating: { ...STATE, labels: { state: 'authenticating' } },
  stateJoining: { ...STATE, labels: { state: 'joining' } },
  stateReady: { ...STATE, labels: { state: 'ready' } },
  stateRenewing: { kind: 'state', family: 'clients_renewing', help: 'Ready clients whose next token is on its way.' },
  stateWaiting: { ...STATE, labels: { state: 'waiting' } },
  stateStopped: { ...STATE, labels: { state: 'stopped' } },
  /** of lost shards, from their loss on; clients that had stopped stay so */
  stateUnknown: { ...STATE, labels: { state: 'unknown' } },
  unknownReady: { ...UNKNOWN, labels: { last: 'ready' } },
  unknownOut: { ...UNKNOWN, labels: { last: 'out' } },
  // In the order of CONDITION; there is none of clients in no condition.
  conditionForbidden: { ...CONDITION, labels: { condition: 'forbidden' } },
  conditionExpired: { ...CONDITION, labels: { condition: 'expired' } },
  conditionRefreshFailing: { ...CONDITION, labels: { condition: 'refresh-failing' } },
  conditionLoggedOut: { ...CONDITION, labels: { condition: 'logged-out' } },
} as const satisfies Readonly<Record<string, CurveSpec>>;

const TIMINGS_BY_NAME = {
  handshake: { unfinished: true, onTime: true, help: 'From the intended attempt until ready.' },
  recovery: {
    onTime: true,
    reasons: ['gave-up', 'advised-to-stop', 'logged-out', 'not-back'],
    help: 'From the loss of a connection until ready again.',
  },
  refresh: { unfinished: true, onTime: true, help: 'From the intended refresh until the token is in hand.' },
  login: { unfinished: true, onTime: true, help: 'From the intended login until the first token is in hand.' },
  dialRequest: {
    onTime: true,
    reasons: ['abandoned'],
    help: 'From a request before a dial, such as for a ticket, until its answer.',
  },
  joinRequest: {
    onTime: true,
    reasons: ['abandoned'],
    help: 'From a request before a join until its answer.',
  },
  join: { unfinished: true, onTime: true, help: 'From the intended join of a channel until it is joined.' },
  command: {
    unfinished: true,
    onTime: true,
    reasons: ['ack-timeout', 'connection-lost', 'stopped', 'forbidden', 'not-connected'],
    help: 'From the intended send until the acknowledgement.',
  },
  expiryNotice: {
    onTime: true,
    reasons: ['unnoticed'],
    help: "From a token's expiry until the client is notified or its socket closes.",
  },
  lateness: { help: "From when an event of squall's own was due until it ran." },
  revocation: {
    onTime: true,
    reasons: ['never-closed'],
    help: "From a session's revocation until its connection is closed.",
  },
} as const satisfies Readonly<Record<string, TimingSpec>>;

const OF_CLIENTS = { needs: 'attempts', of: 'clients' } as const;

const COUNTS_BY_NAME = {
  clientsStarted: { ...OF_CLIENTS, help: 'Clients that began their first attempt.' },
  loginsBefore: { needs: 'attempts', help: "Requests for clients' first tokens before the run." },
  loginsBeforeFailed: { needs: 'attempts', help: 'Requests for first tokens before the run that got none.' },
  exposureMs: { needs: 'ready', help: 'Client-seconds ready on a token past its expiry.' },
  exposureLateMs: { needs: 'ready', help: "Client-seconds of exposure that may be due to squall's own lateness." },
  unexpectedEvents: {
    needs: 'attempts',
    help: 'Events that the state of the client does not allow: the remote misbehaved.',
  },
  clientsBehind: {
    ...OF_CLIENTS,
    help: 'Clients with which squall was behind at the end: their steps due by then are not known.',
  },
  stoppedGaveUp: { ...OF_CLIENTS, help: 'Clients that stopped after their last retry.' },
  stoppedOnAdvice: { ...OF_CLIENTS, help: 'Clients that stopped because the server advised it.' },
  stoppedLoggedOut: { ...OF_CLIENTS, help: 'Clients that stopped because their session was over.' },
  clamped: { needs: 'attempts', help: 'Latencies outside 0 to a week, recorded at the nearer edge.' },
  loopingReconnect: {
    ...OF_CLIENTS,
    metric: 'loops(reconnect)',
    alarm: ['loops', 'clients reconnecting over and over'],
    help: 'Clients that reconnect over and over.',
  },
  loopingRefresh: {
    ...OF_CLIENTS,
    metric: 'loops(refresh)',
    alarm: ['loops', 'clients refreshing over and over'],
    help: 'Clients that refresh over and over.',
  },
  silent: {
    needs: 'ready',
    alarm: ['silent', 'silent connections'],
    help: 'Connections over which nothing came although something was due.',
  },
  silenceMs: {
    needs: 'ready',
    alarm: ['silent', 'client-seconds of silence'],
    help: 'Client-seconds of connections found silent.',
  },
  longNotBack: {
    needs: 'ready',
    of: 'clients',
    help: 'Clients that were out when the run ended, and had been for a second or longer.',
  },
  attemptsUnknown: {
    needs: 'attempts',
    of: 'attempts',
    help: 'Attempts of unknown clients whose outcome was open when they were last heard of.',
  },
  sentUnknown: {
    needs: 'sent',
    of: 'sent',
    help: 'Commands of unknown clients that were sent and whose outcome was open when they were last heard of.',
  },
  unsentUnknown: {
    needs: 'sent',
    help: 'Commands of unknown clients that waited for a connection when they were last heard of.',
  },
  resendsRecognised: {
    needs: 'sent',
    of: 'sent',
    help: 'Commands sent again that the server said it had carried out before.',
  },
  tlsResumed: {
    needs: 'attempts',
    of: 'attempts',
    help: 'TLS handshakes with the target that resumed an earlier session.',
  },
} as const satisfies Readonly<Record<string, SumSpec>>;

const OF_COMMANDS = { needs: 'sent', of: 'sent' } as const;

/** Counts that only the target can know, because clients do not notice. */
const REPORTED_BY_NAME = {
  wasted: {
    needs: 'attempts',
    of: 'attempts',
    help: 'Attempts that the gateway finished after the client had given up.',
  },
  unauthorizedBeforeAuth: {
    ...OF_COMMANDS,
    metric: 'unauthorized(before-auth)',
    alarm: ['let through', 'commands before authentication'],
    help: 'Commands carried out before the token was accepted.',
  },
  unauthorizedExpired: {
    ...OF_COMMANDS,
    metric: 'unauthorized(expired)',
    alarm: ['let through', 'commands on an expired token'],
    help: 'Commands carried out on an expired token.',
  },
  unauthorizedRevoked: {
    ...OF_COMMANDS,
    metric: 'unauthorized(revoked)',
    alarm: ['let through', 'commands of a revoked session'],
    help: 'Commands of a revoked session that were carried out.',
  },
  unauthorizedForbidden: {
    ...OF_COMMANDS,
    metric: 'unauthorized(forbidden)',
    alarm: ['let through', 'forbidden commands'],
    help: 'Commands carried out although the client had lost the right to them.',
  },
  anonymous: {
    needs: 'attempts',
    alarm: ['let through', 'anonymous connections'],
    help: 'Connections let in that belong to no user.',
  },
  downgraded: {
    needs: 'attempts',
    alarm: ['let through', 'downgraded connections'],
    help: 'Connections that went on with fewer rights than their token gives.',
  },
  loggedOutByReuse: {
    ...OF_CLIENTS,
    alarm: ['reuse', 'clients logged out because a refresh token was used again'],
    help: 'Clients logged out because their refresh token had been used before (RFC 9700 section 4.14.2).',
  },
} as const satisfies Readonly<Record<string, SumSpec>>;

export type SeriesName = keyof typeof CURVES;
export type TimingName = keyof typeof TIMINGS_BY_NAME;
export type CountName = keyof typeof COUNTS_BY_NAME;
export type ReportedName = keyof typeof REPORTED_BY_NAME;

export const CURVE_SPECS: Readonly<Record<SeriesName, CurveSpec>> = CURVES;
export const TIMING_SPECS: Readonly<Record<TimingName, TimingSpec>> = TIMINGS_BY_NAME;
/** Counts and what the target reports. */
export const SUM_SPECS: Readonly<Record<CountName | ReportedName, SumSpec>> = {
  ...COUNTS_BY_NAME,
  ...REPORTED_BY_NAME,
};

export const SERIES = namesOf(CURVES);
export const TIMINGS = namesOf(TIMINGS_BY_NAME);
export const COUNTS = namesOf(COUNTS_BY_NAME);
export const REPORTED = namesOf(REPORTED_BY_NAME);

/**
 * Name of a histogram in histograms.hlog: latencies, ages of what was under way when the run ended, or latencies without
 * squall's own lateness.
 */
export type HistogramName = TimingName | `${TimingName}Unfinished` | `${TimingName}OnTime`;

/** Every histogram that an interval can hold. */
export const HISTOGRAMS: readonly HistogramName[] = [
  ...TIMINGS,
  ...TIMINGS.filter((name) => TIMING_SPECS[name].unfinished).map((name): HistogramName => `${name}Unfinished`),
  ...TIMINGS.filter((name) => TIMING_SPECS[name].onTime).map((name): HistogramName => `${name}OnTime`),
];

/** Series by number, for hot paths and array layouts. */
export const SERIES_INDEX = indexOf(SERIES);

/** Timings by number. */
export const TIMING_INDEX = indexOf(TIMINGS);

/** Counts by number. */
export const COUNT_INDEX = indexOf(COUNTS);

type Specs = typeof TIMINGS_BY_NAME;
type Reason<Name extends TimingName> = Specs[Name] extends { readonly reasons: readonly (infer R extends string)[] }
  ? R
  : never;

/** Number of a timing's first reason: between the signals of the network and HTTP statuses, since a timing may have all three. */
export const FIRST_REASON = 90;

/** Numbers of the reasons of failure that are no signals; each timing numbers its own. */
export const REASON = reasonNumbers();

/** Converts camel case to words: `expiryNotice` becomes `expiry notice`. */
export function words(name: string): string {
  return kebab(name).replaceAll('-', ' ');
}

/** The name of a sum in thresholds. */
export function metricOf(name: CountName | ReportedName): string {
  return SUM_SPECS[name].metric ?? kebab(name.replace(/Ms$/, ''));
}

/** Builds a record with a value for every name. */
export function byName<Name extends string, T>(names: readonly Name[], value: (name: Name) => T): Record<Name, T>;
export function byName(names: readonly string[], value: (name: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, value(name)]));
}

function reasonNumbers(): { readonly [Name in TimingName]: Readonly<Record<Reason<Name>, number>> };
function reasonNumbers(): Readonly<Record<string, Readonly<Record<string, number>>>> {
  return byName(TIMINGS, (name) => {
    const reasons = TIMING_SPECS[name].reasons ?? [];
    return byName(reasons, (reason) => FIRST_REASON + reasons.indexOf(reason));
  });
}

/** The names of a registry, in its order. */
export function namesOf<Name extends string>(specs: Readonly<Record<Name, unknown>>): readonly Name[];
export function namesOf(specs: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(specs);
}

function indexOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return byName(names, (name) => names.indexOf(name));
}
