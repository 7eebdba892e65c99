import { RENAMED_METRICS } from '../threshold/renamed-metrics.ts';

/**
 * Keys of formats 1 to 3 (squall 0.1.0) that moved: old path, current path, and the factor from old to current unit.
 */
const MOVED: readonly (readonly [from: string, to: string, times?: number])[] = [
  ['squall', 'version'],
  ['promise.kept', 'promise.met'],
  ['promise', 'expectation'],
  ['wasted', 'targetReported.wasted'],
  ['attempts.wasted', 'targetReported.wasted'],
  ['told.unauthorized.beforeAuth', 'targetReported.unauthorizedBeforeAuth'],
  ['told.unauthorized.expired', 'targetReported.unauthorizedExpired'],
  ['told.unauthorized.revoked', 'targetReported.unauthorizedRevoked'],
  ['told.unauthorized.forbidden', 'targetReported.unauthorizedForbidden'],
  ['told.sessions.anonymous', 'targetReported.anonymous'],
  ['told.sessions.downgraded', 'targetReported.downgraded'],
  ['told.loggedOutByReuse', 'targetReported.loggedOutByReuse'],
  ['exposure.clientSeconds', 'counts.exposureMs', 1000],
  ['conditions.looping.reconnect', 'counts.loopingReconnect'],
  ['conditions.looping.refresh', 'counts.loopingRefresh'],
  ['conditions.silent.connections', 'counts.silent'],
  ['conditions.silent.clientSeconds', 'counts.silenceMs', 1000],
  ['conditions.most.login', 'conditions.most.loggedOut'],
  ['conditions.most.refresh-failing', 'conditions.most.refreshFailing'],
  ['counts.nonsense', 'counts.unexpectedEvents'],
  ['counts.stoppedTold', 'counts.stoppedOnAdvice'],
  ['changes.conditionLogin', 'changes.conditionLoggedOut'],
  ['curves.counts.conditionLogin', 'curves.counts.conditionLoggedOut'],
  ['clients.stoppedBy.told-to-stop', 'clients.stoppedBy.advised-to-stop'],
  ['timings.recovery.failures.told-to-stop', 'timings.recovery.failures.advised-to-stop'],
  ['failures.recovery.told-to-stop', 'failures.recovery.advised-to-stop'],
];

type Mapping = Record<string, unknown>;

/** Renames the keys of an older document to the current names, in place. */
export function toCurrentNames(document: unknown): void {
  for (const [from, to, times] of MOVED) {
    const value = takeFrom(document, from.split('.'));
    if (value === undefined) continue;
    putInto(document, to.split('.'), times !== undefined && typeof value === 'number' ? value * times : value);
  }
  exposureInMs(document);
}

/** Renames the figure of exposure wherever a document holds figures; up to format 3 it was in client-seconds. */
function exposureInMs(value: unknown): void {
  if (Array.isArray(value)) for (const each of value.filter(isMapping)) exposureInMs(each);
  if (!isMapping(value)) return;
  const exposure = takeFrom(value, ['exposureClientSeconds']);
  if (exposure !== undefined) value['exposureMs'] = inMs(exposure);
  for (const each of Object.values(value)) exposureInMs(each);
}

/** A figure, its spread over runs, or its difference between settings in ms; a ratio stays. */
function inMs(seconds: unknown): unknown {
  if (typeof seconds === 'number') return seconds * 1000;
  if (!isMapping(seconds) || seconds['by'] === 'ratio') return seconds;
  return Object.fromEntries(
    Object.entries(seconds).map(([key, value]) => [key, IN_UNIT.has(key) ? inMs(value) : value]),
  );
}

const IN_UNIT: ReadonlySet<string> = new Set(['min', 'median', 'max', 'mean', 'sd', 'value', 'low', 'high']);

/** Renames metrics in thresholds, and scenario keys, of a text in an older format. */
export function withCurrentNames(text: string): string {
  const metrics = Object.entries(RENAMED_METRICS).reduce((all, [from, to]) => all.replaceAll(from, to), text);
  return metrics.replaceAll(/(?<=[\s{,"'])kick(?=["']?:[\s{]|":)|(?<=handshake\.)kick\b/g, 'accept-then-close');
}

function takeFrom(document: unknown, [key = '', ...rest]: readonly string[]): unknown {
  if (!isMapping(document) || !Object.hasOwn(document, key)) return undefined;
  if (rest.length > 0) return takeFrom(document[key], rest);
  const value = document[key];
  delete document[key];
  return value;
}

function putInto(document: unknown, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (!isMapping(document)) return;
  if (rest.length > 0) putInto((document[key] ??= {}), rest, value);
  else document[key] = value;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The curves and timings recorded by squall 0.1.0, by current name; its folders do not list them. */
export const RECORDED_AT_FIRST: readonly string[] = `
  attempts arrivals attemptsFailed ready recovered lostExpired lostRenewal lostClosed lostDropped stopped
  abandoned refreshes refreshed refreshFailedStatus refreshFailedMalformed refreshFailedNetwork
  refreshFailedTimeout refreshFailedGrant due sent resent acknowledged gaveUp skipped duplicated stateIdle
  stateFetchingToken stateConnecting stateAuthenticating stateReady stateRenewing stateWaiting stateStopped
  conditionForbidden conditionExpired conditionRefreshFailing conditionLoggedOut handshake recovery refresh
  command expiryNotice lateness revocation
`
  .trim()
  .split(/\s+/);
