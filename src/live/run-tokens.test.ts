import { describe, expect, test } from 'vitest';
import { drawnFor, failuresOf, liveRun, smallScenario } from '../testing/live-run.ts';

describe('tokens that fall due during the run', () => {
  const DUE = ['duration=2s', 'tokens.lifetime=5s', 'tokens.refresh.lead=4s'];

  test('are renewed by a new connection', async () => {
    const { outcome } = await liveRun(smallScenario(...DUE));
    const { curves, counts } = outcome.measurements;
    expect(curves.total('refreshed')).toBeGreaterThanOrEqual(30);
    expect(curves.total('lostRenewal')).toBeGreaterThanOrEqual(30);
    expect(curves.total('recovered')).toBeGreaterThanOrEqual(30);
    expect(curves.total('lostExpired')).toBe(0);
    expect(counts.exposureMs).toBe(0);
  });

  test('are renewed in band, without a reconnect', async () => {
    const { outcome } = await liveRun(smallScenario(...DUE, 'tokens.renewal=in-band'));
    const { curves, counts } = outcome.measurements;
    expect(curves.total('refreshed')).toBeGreaterThanOrEqual(30);
    expect(curves.total('attempts')).toBe(30);
    expect(curves.total('lostExpired') + curves.total('lostRenewal') + curves.total('lostClosed')).toBe(0);
    expect(counts.exposureMs).toBe(0);
  });

  test('fall due at once for clients whose clock jumps ahead, in every worker', async () => {
    const sets = ['duration=2s', 'generator.workers=2', 'faults=[{ at: 700ms, share: 60%, clock: 70s }]'];
    const scenario = smallScenario(...sets);
    const { outcome } = await liveRun(scenario);
    const drawn = drawnFor(scenario, 0);
    expect(outcome.faults).toMatchObject([{ kind: 'clock', planned: drawn, hit: drawn }]);
    expect(outcome.measurements.curves.total('refreshes')).toBeGreaterThanOrEqual(drawn);
  });
});

describe('tokens that run out unseen, for the clocks of all clients are slow,', () => {
  const UNSEEN = ['duration=3s', 'tokens.lifetime=2s', 'tokens.refresh.lead=1s', 'clients.clockSkew=-20s'];

  test('end connections with a close that says so, and the clients come back with new ones', async () => {
    const { outcome } = await liveRun(smallScenario(...UNSEEN));
    const { curves, timings, counts } = outcome.measurements;
    expect(curves.total('lostExpired')).toBe(30);
    expect(curves.total('recovered')).toBe(30);
    expect(curves.total('refreshed')).toBe(30);
    expect(timings.expiryNotice.count).toBe(30);
    // No client stays on for the second that is left of the run.
    expect(counts.exposureMs).toBeLessThan(30 * 1000);
  });

  test('are announced beforehand where the gateway does that, and no connection is ended by the gateway', async () => {
    const announced = ['duration=2s', 'tokens.lifetime=5s', 'target.embedded.onExpiry={ notify: 4s }'];
    const { outcome } = await liveRun(smallScenario(...UNSEEN, ...announced));
    const { curves, counts } = outcome.measurements;
    expect(curves.total('lostExpired')).toBe(0);
    expect(curves.total('refreshed')).toBeGreaterThanOrEqual(30);
    expect(curves.total('lostRenewal')).toBeGreaterThanOrEqual(30);
    expect(counts.exposureMs).toBe(0);
  });

  test('leave clients exposed where the gateway ignores it', async () => {
    const { outcome } = await liveRun(smallScenario(...UNSEEN, 'target.embedded.onExpiry=ignore'));
    const { curves, counts, timings } = outcome.measurements;
    expect(curves.total('attempts')).toBe(30);
    // Thirty clients stay from the expiry at 2 s to the end at 3 s.
    expect(counts.exposureMs).toBeGreaterThanOrEqual(30 * 999);
    expect(timings.expiryNotice.count).toBe(0);
    expect(Object.values(failuresOf({ outcome }, 'expiryNotice'))).toEqual([30]);
  });
});

describe('an outage of the token endpoint', () => {
  const DUE = ['duration=3s', 'tokens.lifetime=9s', 'tokens.refresh.lead=8300ms'];
  const RETRY = 'tokens.refresh.retry={ growth: fixed, base: 200ms, jitter: none }';

  test.concurrent.each([
    ['{ status: 503 }', 'refreshFailedStatus', 'http-503'],
    ['refuse', 'refreshFailedNetwork', 'reset'],
    ['hang', 'refreshFailedTimeout', 'timeout'],
  ] as const)(
    'by %s is counted by its reason, is survived on the old token, and passes',
    async (mode, series, reason) => {
      // Only where nothing is answered does a short time-out tell anything; elsewhere a slow machine might meet it.
      const timeout = `tokens.refresh.timeout=${mode === 'hang' ? '400ms' : '10s'}`;
      const fault = `faults=[{ at: 500ms, for: 1500ms, refresh: ${mode} }]`;
      const run = await liveRun(smallScenario(...DUE, RETRY, timeout, fault));
      const { curves } = run.outcome.measurements;
      expect(curves.total(series)).toBeGreaterThanOrEqual(30);
      expect(Object.keys(failuresOf(run, 'refresh'))).toContain(reason);
      expect(curves.total('refreshed')).toBeGreaterThanOrEqual(30);
      expect(curves.total('lostExpired')).toBe(0);
      const [outage] = run.outcome.faults;
      expect(outage?.planned).toBeGreaterThanOrEqual(30);
      expect(outage?.hit).toBe(outage?.planned);
    },
  );

  test('ends connections at once where the old token is not kept', async () => {
    const outage = ['faults=[{ at: 500ms, for: 1400ms, refresh: { status: 503 } }]', 'tokens.refresh.keepOld=false'];
    const { outcome } = await liveRun(smallScenario(...DUE, RETRY, ...outage));
    const { curves } = outcome.measurements;
    const entries = curves.values('stateFetchingToken').subarray(0, 18);
    const fetchingAt1800ms = entries.reduce((sum, n) => sum + n, 0);
    expect(fetchingAt1800ms).toBe(30);
    expect(curves.total('recovered')).toBeGreaterThanOrEqual(30);
  });
});
