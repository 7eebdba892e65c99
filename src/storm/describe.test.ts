import { describe, expect, it } from 'vitest';
import { describe as inWords } from './describe.ts';
import type { Storm } from './storm.ts';

const storm: Storm = {
  kind: 'reconnect',
  startMs: 30_000,
  endMs: 42_000,
  ended: true,
  peakAtMs: 30_400,
  peakPerSecond: 1800,
  calmPerSecond: 20,
  spikeFactor: 90,
  intended: null,
  t50Ms: 2000,
  t95Ms: 6000,
  t99Ms: 9000,
  t100Ms: 12_000,
  own: { t50Ms: 2000, t95Ms: 6000, t99Ms: 9000, t100Ms: 12_000, watchedMs: 12_000 },
  sockets: null,
  lost: 2000,
  renewals: 0,
  notBack: 0,
  unknown: 0,
  neverReady: 0,
  failing: 0,
  recovered: 2000,
  attemptsPerRecovery: 1.43,
  outlivedCause: false,
  selfSustaining: null,
};

const HOPELESS = {
  t50Ms: null,
  t95Ms: null,
  t100Ms: null,
  recovered: 400,
  attemptsPerRecovery: 31,
  ended: false,
  outlivedCause: true,
} as const;

const SUSTAINED = {
  afterMs: 120_000,
  after: 'fault',
  attemptsPerSecond: 124,
  capacityPerSecond: 40,
  drainsBelow: 1800,
} as const;

const START = 'At 30.0 s 2000 connections were lost; reconnects peaked at 1800/s, 90 times the calm rate; ';

describe('a storm in words', () => {
  it.each<[Partial<Storm>, string]>([
    [{}, 'all of them were back after 12.0 s, at 1.4 attempts a recovery.'],
    [{ t100Ms: null }, '95 % were back after 6.0 s, but not all by the end, at 1.4 attempts a recovery.'],
    [
      { t100Ms: null, t95Ms: null },
      'half were back after 2.0 s, but less than 95 % by the end, at 1.4 attempts a recovery.',
    ],
    [
      { t100Ms: null, t95Ms: null, t50Ms: null, recovered: 0, attemptsPerRecovery: null, ended: false },
      'nobody was back when the run ended; it was still on when the run ended.',
    ],
    [{ spikeFactor: null, calmPerSecond: 0 }, 'all of them were back after 12.0 s, at 1.4 attempts a recovery.'],
    [{ notBack: 3 }, '2000 recoveries came within 12.0 s, at 1.4 attempts a recovery; 3 clients stayed out.'],
    [{ attemptsPerRecovery: 1.04 }, 'all of them were back after 12.0 s, at 1 attempt a recovery.'],
    [
      { sockets: { t50Ms: 1000, t95Ms: 1500, t99Ms: 1800, t100Ms: 2000, watchedMs: 12_000 } },
      'all of them were back after 12.0 s, at 1.4 attempts a recovery; sockets were back within 2.0 s, channels within 12.0 s of their loss.',
    ],
    [
      {
        sockets: { t50Ms: 1000, t95Ms: 1500, t99Ms: 1900, t100Ms: null, watchedMs: 9000 },
        own: { t50Ms: null, t95Ms: null, t99Ms: null, t100Ms: null, watchedMs: 9000 },
        t100Ms: null,
        t95Ms: null,
        t50Ms: null,
        attemptsPerRecovery: null,
      },
      'less than half were back when it ended; 95 % of the sockets were back within 1.5 s of their loss, channels were not.',
    ],
    [{ outlivedCause: true }, 'all of them were back after 12.0 s, at 1.4 attempts a recovery; it outlived its cause.'],
    [
      { ...HOPELESS, selfSustaining: SUSTAINED },
      'less than half were back when the run ended, at 31 attempts a recovery. It is self-sustaining: attempts stay at 3.1x capacity 120 s after the fault ended; a storm of fewer than 1800 lost connections would have drained.',
    ],
    [
      { ...HOPELESS, selfSustaining: { ...SUSTAINED, drainsBelow: 2500 } },
      'less than half were back when the run ended, at 31 attempts a recovery. It is self-sustaining: attempts stay at 3.1x capacity 120 s after the fault ended, although storms of fewer than 2500 lost connections drain in the end.',
    ],
    [
      { ...HOPELESS, selfSustaining: { ...SUSTAINED, after: 'losses', capacityPerSecond: null, drainsBelow: null } },
      'less than half were back when the run ended, at 31 attempts a recovery. It is self-sustaining: attempts stay at 124/s 120 s after the last loss.',
    ],
  ])('describes %o', (figures, words) => {
    const start = figures.spikeFactor === null ? START.replace(', 90 times the calm rate', '') : START;
    expect(inWords({ ...storm, ...figures })).toBe(start + words);
  });

  const BACK = {
    t50Ms: null,
    t95Ms: null,
    t99Ms: null,
    t100Ms: null,
    recovered: 0,
    attemptsPerRecovery: null,
  } as const;

  it.each<[Partial<Storm>, string]>([
    [{ renewals: 2000 }, '2000 clients reconnected with a newer token'],
    [{ lost: 1, renewals: 1 }, '1 client reconnected with a newer token'],
    [{ renewals: 40 }, '2000 connections were lost, 40 of them to reconnect with a newer token'],
    [{ renewals: null }, '2000 connections were lost'],
  ])('calls renewals by their name: %o', (figures, words) => {
    expect(inWords({ ...storm, ...figures })).toContain(`At 30.0 s ${words}; reconnects peaked`);
  });

  it.each<[string, Partial<Storm>, string]>([
    [
      'an outage',
      { ...BACK, kind: 'outage', peakPerSecond: 0, ended: false, lost: 121, notBack: 121 },
      'At 30.0 s 121 connections were lost, an outage; nobody reconnected; nobody was back when the run ended; 121 clients stayed out; it was still on when the run ended.',
    ],
    [
      'newcomers that do not get in',
      { ...BACK, spikeFactor: null, ended: false, lost: 0, neverReady: 700, selfSustaining: SUSTAINED },
      'At 30.0 s clients that had never been ready could not get in; reconnects peaked at 1800/s; 700 newcomers tried in vain. It is self-sustaining: attempts stay at 3.1x capacity 120 s after the fault ended.',
    ],
    [
      'a storm on the token service',
      { kind: 'refresh', failing: 7002, selfSustaining: { ...SUSTAINED, after: 'due', drainsBelow: null } },
      'From 30.0 s on token requests failed over and over; they peaked at 1800/s, and those of 7002 clients were failing when the run ended. It is self-sustaining: token requests stay at 3.1x capacity 120 s after the tokens came due, and hardly any is answered in time.',
    ],
    [
      'a token service that is too small',
      { kind: 'refresh', failing: 1, selfSustaining: null },
      'From 30.0 s on token requests failed over and over; they peaked at 1800/s, and those of 1 client were failing when the run ended. More tokens come due than the token service answers.',
    ],
  ])('describes %s', (_what, figures, words) => {
    expect(inWords({ ...storm, ...figures })).toBe(words);
  });
});
