/** The bundled scenarios in virtual time, checked against their comments. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { slidingPeak } from '../metrics/window.ts';
import { loadScenario } from '../threshold/load-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { CHECKOUT } from '../testing/checkout.ts';
import { measuredIn, simulated } from '../testing/simulated.ts';

function shipped(name: string, ...sets: readonly string[]): Scenario {
  return loadScenario(join(CHECKOUT, 'scenarios', `${name}.yaml`), { sets });
}

describe('deploy-drop', () => {
  it('drops all clients once, refuses some, and recovers all', async () => {
    const { outcome } = await simulated(shipped('deploy-drop'));
    const { curves, timings, planned } = outcome.measurements;
    expect(outcome.faults).toMatchObject([{ kind: 'drop', atMs: 12_000, forMs: 0, planned, hit: planned }]);
    expect(curves.total('lostClosed')).toBe(planned);
    expect(curves.total('recovered')).toBe(planned);
    expect(timings.handshake.failures.get('http-503')).toBe(curves.total('attemptsFailed'));
    expect(curves.total('attempts')).toBe(2 * planned + curves.total('attemptsFailed'));
    expect(curves.total('attemptsFailed')).toBeGreaterThan(planned / 4);
  });

  it('brings all clients back at the same instants under a backoff without jitter', async () => {
    const [socketIo, phoenix] = await Promise.all([
      measuredIn(shipped('deploy-drop')),
      measuredIn(shipped('deploy-drop', 'clients.backoff=phoenix')),
    ]);
    // 12 s is the instant of the drop; phoenix waits 10 ms, and socket.io 500 ms at the least.
    expect(phoenix.curves.bin('attempts', 120)).toBeGreaterThanOrEqual(phoenix.planned);
    expect(Math.max(...socketIo.curves.values('attempts'))).toBeLessThan(socketIo.planned / 5);
  });
});

/**
 * Reconnects in the fullest second of the storm of a deploy and of each of its echoes. Those of echo k are back 1 s after
 * a drop and k limits, and have been away for 1 s k times.
 */
async function peaksOf(name: string, echoes: number): Promise<readonly number[]> {
  const { curves } = await measuredIn(shipped(name, 'clients.count=20000'));
  const attempts = curves.values('attempts');
  return Array.from({ length: echoes + 1 }, (_, k) => {
    const from = 105 + 110 * k;
    return slidingPeak(attempts, from, from + 110).perSecond;
  });
}

describe('deploy-echo', () => {
  it('brings the storm back as high as it was, each time connections reach the limit', async () => {
    expect(await peaksOf('deploy-echo', 3)).toEqual([20_000, 20_000, 20_000, 20_000]);
  });

  it('with jitter on the limit has echoes whose peak is the densest second of a sum of uniform times', async () => {
    const [storm, first, second] = await peaksOf('deploy-echo-jittered', 2);
    const jitterS = 5;
    expect(storm).toBe(20_000);
    expect(first! / (20_000 / jitterS)).toBeCloseTo(1, 1);
    expect(second! / ((20_000 / jitterS) * (1 - 1 / (4 * jitterS)))).toBeCloseTo(1, 1);
  });
});

describe('expiry-cliff', () => {
  it('peaks at the whole population, and jitter lowers the peak more than fivefold', async () => {
    const [cliff, jittered] = await Promise.all([
      measuredIn(shipped('expiry-cliff')),
      measuredIn(shipped('expiry-cliff-jittered')),
    ]);
    const peak = cliff.curves.peakPerSecond('attempts').perSecond;
    expect(peak).toBeGreaterThanOrEqual(cliff.planned);
    expect(peak).toBeLessThan(1.1 * cliff.planned);
    expect(peak / jittered.curves.peakPerSecond('attempts').perSecond).toBeGreaterThan(5);
    // 1,000 renewals queue before 320 handshakes a second: the last waits 3.1 s.
    expect(cliff.timings.recovery.maxMs! / 3125).toBeCloseTo(1, 1);
    expect(jittered.timings.recovery.quantileMs(0.99)).toBeLessThan(100);
  });
});

describe('refresh-outage', () => {
  it('spoils every request while it lasts, each counted as a status', async () => {
    const { outcome } = await simulated(shipped('refresh-outage'));
    const { curves, timings } = outcome.measurements;
    const [fault] = outcome.faults;
    expect(fault!.hit).toBeGreaterThan(0);
    expect(fault!.hit).toBe(fault!.planned);
    expect(curves.total('refreshFailedStatus')).toBe(fault!.hit);
    expect(timings.refresh.failures.get('http-503')).toBe(fault!.hit);
  });
});

describe('clock-skew', () => {
  it('makes clients with slow clocks miss the expiry, unless the lifetime counts from receipt', async () => {
    const [exp, ttl] = await Promise.all([
      measuredIn(shipped('clock-skew')),
      measuredIn(shipped('clock-skew', 'tokens.refresh.clock=ttl')),
    ]);
    expect(exp.curves.total('lostExpired')).toBeGreaterThan(50);
    expect(ttl.curves.total('lostExpired')).toBe(0);
  });
});

describe('duplicate-commands', () => {
  it.each([
    { sets: [], duplicates: true, loses: false },
    { sets: ['target.embedded.idempotent=true'], duplicates: false, loses: false },
    { sets: ['clients.commands.onReconnect=drop'], duplicates: false, loses: true },
  ])('with $sets: duplicates $duplicates, gives up what it had sent $loses', async ({ sets, duplicates, loses }) => {
    const { ledger, curves } = await measuredIn(shipped('duplicate-commands', 'model.latency=5ms', ...sets));
    expect(ledger.duplicated! > 0).toBe(duplicates);
    expect(ledger.duplicatedBy).toEqual({ resend: ledger.duplicated, other: 0 });
    expect(curves.total('duplicated')).toBe(ledger.duplicated);
    expect(ledger.gaveUp > 0).toBe(loses);
    expect(ledger.lost! + ledger.unexpected!).toBe(ledger.gaveUp);
  });
});
