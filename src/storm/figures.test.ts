import { describe, expect, it } from 'vitest';
import type { Measurements } from '../metrics/measurements.ts';
import { measured } from '../testing/measured.ts';
import { FIGURE_NAMES, figuresOf } from './figures.ts';
import type { Storm } from './storm.ts';

const STORM: Storm = {
  kind: 'reconnect',
  startMs: 10_000,
  endMs: 20_000,
  ended: true,
  peakAtMs: 11_000,
  peakPerSecond: 400,
  calmPerSecond: 10,
  spikeFactor: 40,
  intended: null,
  t50Ms: 1000,
  t95Ms: 5000,
  t99Ms: 6000,
  t100Ms: 7000,
  own: { t50Ms: 800, t95Ms: 4000, t99Ms: 5000, t100Ms: 7000, watchedMs: 10_000 },
  sockets: null,
  lost: 400,
  renewals: 0,
  notBack: 0,
  unknown: 0,
  neverReady: 0,
  failing: 0,
  recovered: 400,
  attemptsPerRecovery: 1.5,
  outlivedCause: false,
  selfSustaining: null,
};

const nothing = measured({ elapsedMs: 30_000 });

/** A run in which 360 clients recovered after 400 ms and 40 after `slowMs`. */
function recovered(slowMs: number): Measurements {
  const recovery = [...Array<number>(360).fill(400), ...Array<number>(40).fill(slowMs)];
  return measured({ elapsedMs: 60_000, latenciesMs: { recovery } });
}

describe('the figures of a run', () => {
  it('are all null where nothing happened', () => {
    expect(figuresOf(nothing, [])).toEqual(Object.fromEntries(FIGURE_NAMES.map((name) => [name, null])));
  });

  it('are the measured values, each in its unit', () => {
    const run = measured({
      elapsedMs: 30_000,
      series: {
        attempts: [
          [0, 30],
          [950, 20],
          [5000, 40],
        ],
        ready: [[100, 30]],
        refreshes: [
          [2000, 7],
          [2500, 8],
        ],
        sent: [[3000, 9]],
      },
      latenciesMs: { handshake: [20], recovery: [3000] },
      counts: { exposureMs: 2500 },
      reported: { wasted: 4 },
      ledger: { lost: 2, duplicated: 3 },
    });
    const { p99HandshakeMs, p99RecoveryMs, t95RecoveryMs, ...rest } = figuresOf(run, [STORM]);
    expect(rest).toEqual({
      peakAttemptsPerSecond: 50,
      spikeFactor: 40,
      storms: 1,
      downtimeClientSeconds: expect.closeTo(3, 2) as number,
      lockedOut: 0,
      amplification: 1.5,
      peakRefreshesPerSecond: 15,
      wasted: 4,
      lost: 2,
      duplicated: 3,
      exposureMs: 2500,
    });
    // A histogram's figure is at most 0.1 % too high.
    expect(p99HandshakeMs).toBeCloseTo(20, 1);
    expect(p99RecoveryMs! / 3000).toBeCloseTo(1, 2);
    // The storm's curves say 4 s, to 100 ms; no recovery took longer than 3 s.
    expect(t95RecoveryMs! / 3000).toBeCloseTo(1, 2);
  });

  it('count locked-out clients by their own losses, also when others were lost and back in the last second', () => {
    const churn = {
      elapsedMs: 30_000,
      series: {
        attempts: [0],
        ready: [[0, 200]],
        lostDropped: [[5000, 40]],
        lostRenewal: [[29_500, 50]],
        recovered: [[29_600, 50]],
      },
      failures: { recovery: { 'not-back': 40 } },
      counts: { longNotBack: 40 },
    } as const;
    expect(figuresOf(measured(churn), []).lockedOut).toBe(40);
  });

  it('have no p99 where more than 1 % failed', () => {
    const run = measured({
      elapsedMs: 30_000,
      latenciesMs: { handshake: [20], recovery: [3000] },
      failures: { handshake: { timeout: 1 }, recovery: { 'not-back': 1 } },
    });
    expect(figuresOf(run, [])).toMatchObject({ p99HandshakeMs: null, p99RecoveryMs: null });
  });

  it('take each figure from the worst storm in it', () => {
    const slow: Storm = { ...STORM, spikeFactor: 3, own: { ...STORM.own, t95Ms: 9000 }, attemptsPerRecovery: 1.1 };
    const dense: Storm = { ...STORM, spikeFactor: 80, own: { ...STORM.own, t95Ms: 200 }, attemptsPerRecovery: 4 };
    expect(figuresOf(nothing, [slow, dense])).toMatchObject({ spikeFactor: 80, t95RecoveryMs: 9000, amplification: 4 });
  });

  it('bound the recovery time where the order of recoveries decides it', () => {
    const storm: Storm = { ...STORM, t95Ms: 25_000, own: { ...STORM.own, t95Ms: 15_000 } };
    expect(figuresOf(recovered(20_000), [storm]).t95RecoveryMs! / 20_000).toBeCloseTo(1, 2);
    expect(figuresOf(recovered(30_000), [storm]).t95RecoveryMs).toBe(25_000);
  });

  it('have no recovery time when clients of a storm never came back', () => {
    const endless: Storm = { ...STORM, own: { ...STORM.own, t95Ms: null } };
    expect(figuresOf(nothing, [STORM, endless]).t95RecoveryMs).toBeNull();
  });

  it('ignore the recovery time of a storm without losses', () => {
    const arrivals: Storm = { ...STORM, lost: 0, own: { ...STORM.own, t95Ms: null }, attemptsPerRecovery: null };
    expect(figuresOf(nothing, [STORM, arrivals])).toMatchObject({ t95RecoveryMs: 5000, amplification: 1.5 });
    expect(figuresOf(nothing, [arrivals])).toMatchObject({ t95RecoveryMs: null, amplification: null });
  });
});
