import { describe, expect, it } from 'vitest';
import { CONDITION } from '../core/client/conditions.ts';
import { STATE } from '../core/client/states.ts';
import { NETWORK } from '../core/signal.ts';
import { mono } from '../core/time/instant.ts';
import { Curves } from './curves.ts';
import { CommandLog } from './command-log.ts';
import { joinLedger, runningLedger } from './ledger.ts';
import { measure } from './measure.ts';
import { type Measurements, NOTHING_REPORTED } from './measurements.ts';
import { Recorder } from './recorder.ts';
import { COUNT_INDEX, COUNTS, REASON, SERIES, SERIES_INDEX, TIMING_INDEX, TIMINGS } from '../core/metrics.ts';
import { createStore } from './store.ts';
import { addInterval, emptyTimings } from './timings.ts';

const at = mono;
const never = mono(NaN);

/** The measurements after a script of observations, without zeros. */
function seen(script: (recorder: Recorder) => void): Record<string, unknown> {
  const { curves, timings, counts, losses } = measured(script);
  const entries: (readonly [string, number | Record<string, number>])[] = [
    ...SERIES.map((name) => [name, curves.total(name)] as const),
    ...COUNTS.map((name) => [name, counts[name]] as const),
    ...TIMINGS.map((name) => [`${name} ms`, Math.round(timings[name].maxMs ?? 0)] as const),
    ['losses', Object.fromEntries(losses)] as const,
    ...TIMINGS.map((name) => [`${name} unfinished`, timings[name].unfinished] as const),
    ...TIMINGS.map((name) => [`${name} failed`, Object.fromEntries(timings[name].failures)] as const),
  ];
  return Object.fromEntries(entries.filter(([, value]) => value !== 0 && JSON.stringify(value) !== '{}'));
}

function measured(script: (recorder: Recorder) => void): Measurements {
  const store = createStore(100, true);
  const recorder = new Recorder(store, null);
  script(recorder);
  const timings = emptyTimings();
  addInterval(timings, recorder.takeInterval());
  return measure({
    elapsedMs: 10_000,
    planned: 1,
    stores: [store],
    timings,
    reported: NOTHING_REPORTED,
    ledger: (curves) => runningLedger(curves, null),
  });
}

describe('Recorder', () => {
  it.each<{ what: string; script: (recorder: Recorder) => void; is: Record<string, unknown> }>([
    { what: 'populated', script: (r) => r.populated(5), is: { stateIdle: 5 } },
    {
      what: 'moved',
      script: (r) => r.moved(STATE.connecting, STATE.ready, at(5)),
      is: { stateConnecting: -1, stateReady: 1 },
    },
    {
      what: 'a condition begun',
      script: (r) => r.condition(CONDITION.none, CONDITION.forbidden, at(5)),
      is: { conditionForbidden: 1 },
    },
    {
      what: 'a condition that follows another',
      script: (r) => r.condition(CONDITION.refreshFailing, CONDITION.loggedOut, at(5)),
      is: { conditionRefreshFailing: -1, conditionLoggedOut: 1, conditionsLeft: 1 },
    },
    {
      what: 'a condition over',
      script: (r) => r.condition(CONDITION.expired, CONDITION.none, at(5)),
      is: { conditionExpired: -1, conditionsLeft: 1 },
    },
    {
      what: 'a first attempt',
      script: (r) => r.attempt(at(5), at(4), true),
      is: { attempts: 1, arrivals: 1, clientsStarted: 1 },
    },
    { what: 'a further attempt', script: (r) => r.attempt(at(5), at(4), false), is: { attempts: 1 } },
    {
      what: 'a failed attempt',
      script: (r) => r.attemptFailed(at(5), 503),
      is: { attemptsFailed: 1, 'handshake failed': { 'http-503': 1 } },
    },
    {
      what: 'an attempt that the end of the run cut off',
      script: (r) => r.attemptFailed(at(5), NETWORK.windDown),
      is: {},
    },
    { what: 'ready at first', script: (r) => r.ready(at(50), at(20), never), is: { ready: 1, 'handshake ms': 30 } },
    {
      what: 'ready again',
      script: (r) => r.ready(at(50), at(20), at(10)),
      is: { ready: 1, recovered: 1, 'handshake ms': 30, 'recovery ms': 40 },
    },
    {
      what: 'a renewal',
      script: (r) => r.lost(at(5), NETWORK.renewal, false),
      is: { lostRenewal: 1, 'recovery unfinished': 1, losses: { renewal: 1 } },
    },
    {
      what: 'a close for expiry',
      script: (r) => r.lost(at(5), 4401, true),
      is: { lostExpired: 1, 'recovery unfinished': 1, losses: { 'close-4401': 1 } },
    },
    {
      what: 'another close',
      script: (r) => r.lost(at(5), 1012, false),
      is: { lostClosed: 1, 'recovery unfinished': 1, losses: { 'close-1012': 1 } },
    },
    {
      what: 'a reset',
      script: (r) => r.lost(at(5), NETWORK.reset, false),
      is: { lostDropped: 1, 'recovery unfinished': 1, losses: { reset: 1 } },
    },
    { what: 'the end of the run', script: (r) => r.lost(at(5), NETWORK.windDown, false), is: {} },
    {
      what: 'a recovery that the end cut short',
      script: (r) => r.notBack(at(1500), at(501)),
      is: { 'recovery failed': { 'not-back': 1 } },
    },
    {
      what: 'a recovery that the end cut short after a second',
      script: (r) => r.notBack(at(1500), at(500)),
      is: { longNotBack: 1, 'recovery failed': { 'not-back': 1 } },
    },
    {
      what: 'stopped before being ready',
      script: (r) => r.stopped(at(5), 'gave-up', never),
      is: { stopped: 1, stoppedGaveUp: 1 },
    },
    {
      what: 'stopped after a loss',
      script: (r) => r.stopped(at(5), 'logged-out', at(1)),
      is: { stopped: 1, abandoned: 1, stoppedLoggedOut: 1, 'recovery failed': { 'logged-out': 1 } },
    },
    { what: 'a refresh', script: (r) => r.refresh(at(5), at(5)), is: { refreshes: 1 } },
    { what: 'a token', script: (r) => r.refreshed(at(50), at(20)), is: { refreshed: 1, 'refresh ms': 30 } },
    {
      what: 'a status in place of a token',
      script: (r) => r.refreshFailed(at(5), 503),
      is: { refreshFailedStatus: 1, 'refresh failed': { 'http-503': 1 } },
    },
    {
      what: 'an unusable token response',
      script: (r) => r.refreshFailed(at(5), NETWORK.malformed),
      is: { refreshFailedMalformed: 1, 'refresh failed': { malformed: 1 } },
    },
    {
      what: 'a refused refresh',
      script: (r) => r.refreshFailed(at(5), NETWORK.refused),
      is: { refreshFailedNetwork: 1, 'refresh failed': { refused: 1 } },
    },
    {
      what: 'a refresh without an answer',
      script: (r) => r.refreshFailed(at(5), NETWORK.timeout),
      is: { refreshFailedTimeout: 1, 'refresh failed': { timeout: 1 } },
    },
    {
      what: 'a session that is over',
      script: (r) => r.refreshFailed(at(5), NETWORK.invalidGrant),
      is: { refreshFailedGrant: 1, 'refresh failed': { 'invalid-grant': 1 } },
    },
    {
      what: 'a refresh that the end of the run cut off',
      script: (r) => r.refreshFailed(at(5), NETWORK.windDown),
      is: {},
    },
    {
      what: 'a command refused',
      script: (r) => r.gaveUp(0, 0, at(5), 'forbidden'),
      is: { gaveUp: 1, 'command failed': { forbidden: 1 } },
    },
    { what: 'a command', script: (r) => r.sent(0, 0, at(5), false, at(5)), is: { sent: 1 } },
    { what: 'a resent command', script: (r) => r.sent(0, 0, at(5), true, at(1)), is: { resent: 1 } },
    {
      what: 'an acknowledgement',
      script: (r) => r.acknowledged(0, 0, at(50), at(20)),
      is: { acknowledged: 1, 'command ms': 30 },
    },
    {
      what: 'a command given up',
      script: (r) => r.gaveUp(0, 0, at(5), 'ack-timeout'),
      is: { gaveUp: 1, 'command failed': { 'ack-timeout': 1 } },
    },
    {
      what: 'a skipped command',
      script: (r) => r.skipped(at(5), 'not-connected'),
      is: { skipped: 1, 'command failed': { 'not-connected': 1 } },
    },
    { what: 'unexpectedEvent', script: (r) => r.unexpectedEvent(), is: { unexpectedEvents: 1 } },
    { what: 'lateness', script: (r) => r.late(3), is: { 'lateness ms': 3 } },
    { what: 'an impossible latency', script: (r) => r.late(-3), is: { clamped: 1 } },
  ])('records $what', ({ script, is }) => {
    expect(seen(script)).toEqual(is);
  });

  it.each(SERIES)('records an event of the curve %s by its number', (name) => {
    const { curves } = measured((r) => r.happened(SERIES_INDEX[name], at(5)));
    expect(SERIES.filter((series) => curves.total(series) !== 0)).toEqual([name]);
  });

  it.each(COUNTS)('adds to the count %s by its number', (name) => {
    expect(seen((r) => r.count(COUNT_INDEX[name], 2.5))).toEqual({ [name]: 2.5 });
  });

  it.each(TIMINGS)('records the timing %s by its number: ended, failed, unfinished', (name) => {
    const reasons = Object.entries(REASON[name]);
    const script = (r: Recorder): void => {
      r.timed(TIMING_INDEX[name], 30);
      for (const [, reason] of reasons) r.failed(TIMING_INDEX[name], reason);
      r.failed(TIMING_INDEX[name], 503);
      r.unfinished(TIMING_INDEX[name], 40);
    };
    expect(seen(script)).toEqual({
      [`${name} ms`]: 30,
      [`${name} unfinished`]: 1,
      [`${name} failed`]: { ...Object.fromEntries(reasons.map(([reason]) => [reason, 1])), 'http-503': 1 },
    });
  });

  it('returns each interval once', () => {
    const recorder = new Recorder(createStore(10, false), null);
    recorder.late(1);
    expect(Object.keys(recorder.takeInterval())).toEqual(['lateness']);
    expect(recorder.takeInterval()).toEqual({});
  });

  it('adds each interval to the given sum, as the returned payloads do', () => {
    const recorder = new Recorder(createStore(10, false), null);
    const [direct, encoded] = [emptyTimings(), emptyTimings()];
    for (const ms of [1, 20, 300]) {
      recorder.late(ms);
      addInterval(encoded, recorder.takeInterval(direct));
    }
    expect(direct.lateness.count).toBe(3);
    expect(direct.lateness.summary()).toEqual(encoded.lateness.summary());
  });

  it('forwards commands to the command log', () => {
    const log = new CommandLog(2);
    const store = createStore(10, false);
    const recorder = new Recorder(store, log);
    const curves = new Curves(store.curves);
    recorder.sent(1, 0, at(1), false, at(1));
    recorder.sent(1, 0, at(2), true, at(1));
    recorder.acknowledged(1, 0, at(3), at(1));
    recorder.sent(1, 1, at(4), false, at(4));
    recorder.gaveUp(1, 1, at(5), 'stopped');
    const totals = joinLedger([log.export()], (client, seq) => (client === 1 && seq === 0 ? 2 : 0), curves);
    expect(totals).toMatchObject({ sent: 2, acknowledged: 1, lost: 1, duplicatedBy: { resend: 1, other: 0 } });
  });
});
