import { describe, expect, it } from 'vitest';
import { describe as inWords } from './describe.ts';
import type { Storm } from './storm.ts';

const storm: Storm = {
  startMs: 30_000,
  endMs: 42_000,
  ended: true,
  peakAtMs: 30_400,
  peakPerSecond: 1800,
  calmPerSecond: 20,
  spikeFactor: 90,
  t50Ms: 2000,
  t95Ms: 6000,
  t99Ms: 9000,
  t100Ms: 12_000,
  lost: 2000,
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
    [{}, 'all were back after 12.0 s, at 1.4 attempts a recovery.'],
    [{ t100Ms: null }, '95 % were back after 6.0 s, but not all by the end, at 1.4 attempts a recovery.'],
    [
      { t100Ms: null, t95Ms: null },
      'half were back after 2.0 s, but less than 95 % by the end, at 1.4 attempts a recovery.',
    ],
    [
      { t100Ms: null, t95Ms: null, t50Ms: null, recovered: 0, attemptsPerRecovery: null, ended: false },
      'nobody was back when the run ended; it was still on when the run ended.',
    ],
    [{ outlivedCause: true }, 'all were back after 12.0 s, at 1.4 attempts a recovery; it outlived its cause.'],
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
  ])('says %o in a sentence', (figures, words) => {
    expect(inWords({ ...storm, ...figures })).toBe(START + words);
  });
});
