import { describe, expect, test } from 'vitest';
import { drawnFor, duplicatesIn, failuresOf, liveRun, smallScenario } from '../testing/live-run.ts';

describe.concurrent('a drop', () => {
  test('with 1012 hits the clients that were drawn, and all of them recover', async () => {
    const scenario = smallScenario('faults=[{ at: 1s, share: 50%, drop: { code: 1012 } }]', 'clients.count=60');
    const { outcome } = await liveRun(scenario);
    const drawn = drawnFor(scenario, 0, 0.5);
    const { curves } = outcome.measurements;
    expect(outcome.faults).toMatchObject([{ kind: 'drop', planned: drawn, hit: drawn }]);
    expect(curves.total('lostClosed')).toBe(drawn);
    expect(curves.total('recovered')).toBe(drawn);
    expect(curves.total('stateReady')).toBe(60);
  });

  test('by reset, spread, is seen as connections that dropped', async () => {
    const scenario = smallScenario('faults=[{ at: 1s, drop: reset, spread: 500ms }]');
    const { outcome } = await liveRun(scenario);
    const { curves } = outcome.measurements;
    expect(outcome.faults).toMatchObject([{ planned: 30, hit: 30 }]);
    expect(curves.total('lostDropped')).toBe(30);
    expect(curves.total('recovered')).toBe(30);
  });
});

describe.concurrent('tokens that run out during the run', () => {
  const SHORT = ['tokens.lifetime=2s', 'tokens.refresh.lead=1s', 'duration=3s'];

  test('are renewed by a new connection', async () => {
    const { outcome } = await liveRun(smallScenario(...SHORT));
    const { curves, counts } = outcome.measurements;
    expect(curves.total('refreshed')).toBeGreaterThanOrEqual(30);
    expect(curves.total('lostRenewal')).toBe(curves.total('refreshed'));
    expect(curves.total('recovered')).toBeGreaterThanOrEqual(30);
    expect(curves.total('lostExpired')).toBe(0);
    expect(counts.exposureMs).toBe(0);
  });

  test('are renewed in band, without a reconnect', async () => {
    const { outcome } = await liveRun(smallScenario(...SHORT, 'tokens.renewal=in-band'));
    const { curves, counts } = outcome.measurements;
    expect(curves.total('refreshed')).toBeGreaterThanOrEqual(30);
    expect(curves.total('attempts')).toBe(30);
    expect(curves.total('lostExpired') + curves.total('lostRenewal') + curves.total('lostClosed')).toBe(0);
    expect(counts.exposureMs).toBe(0);
  });

  /** Clients whose clock is slow by more than the lead: they do not see the expiry come. */
  const BLIND = [...SHORT, 'clients.clockSkew=-20s'];

  test('end connections with a close that says so, and the clients come back with new ones', async () => {
    const { outcome } = await liveRun(smallScenario(...BLIND));
    const { curves, timings, counts } = outcome.measurements;
    expect(curves.total('lostExpired')).toBe(30);
    expect(curves.total('recovered')).toBe(30);
    expect(curves.total('refreshed')).toBe(30);
    expect(timings.expiryNotice.count).toBe(30);
    // A gateway's timer is not exact, so a close may come a moment after the expiry.
    expect(counts.exposureMs).toBeLessThan(30 * 500);
  });

  test('are announced beforehand where the gateway does that, and no connection is ended by the gateway', async () => {
    const { outcome } = await liveRun(smallScenario(...BLIND, 'target.embedded.onExpiry={ notify: 800ms }'));
    const { curves, counts } = outcome.measurements;
    expect(curves.total('lostExpired')).toBe(0);
    expect(curves.total('refreshed')).toBeGreaterThanOrEqual(30);
    expect(curves.total('lostRenewal')).toBe(curves.total('refreshed'));
    expect(counts.exposureMs).toBe(0);
  });

  test('leave clients exposed where the gateway ignores it', async () => {
    const { outcome } = await liveRun(smallScenario(...BLIND, 'target.embedded.onExpiry=ignore'));
    const { curves, counts, timings } = outcome.measurements;
    expect(curves.total('attempts')).toBe(30);
    // Thirty clients stay for most of the second after the expiry.
    expect(counts.exposureMs).toBeGreaterThan(30 * 500);
    expect(timings.expiryNotice.count).toBe(0);
    expect(failuresOf({ outcome }, 'expiryNotice')).not.toEqual({});
  });
});

describe.concurrent('an outage of the token endpoint', () => {
  const FAR = ['tokens.lifetime=4s', 'tokens.refresh.lead=3s', 'tokens.refresh.timeout=300ms'];
  const RETRY = 'tokens.refresh.retry={ growth: fixed, base: 200ms, jitter: none }';

  test.each([
    ['{ status: 503 }', 'refreshFailedStatus', 'http-503'],
    ['refuse', 'refreshFailedNetwork', 'reset'],
    ['hang', 'refreshFailedTimeout', 'timeout'],
  ] as const)(
    'by %s is counted by its reason, is survived on the old token, and passes',
    async (mode, series, reason) => {
      const fault = `faults=[{ at: 500ms, for: 1200ms, refresh: ${mode} }]`;
      const run = await liveRun(smallScenario(...FAR, RETRY, fault));
      const { curves } = run.outcome.measurements;
      expect(curves.total(series)).toBeGreaterThanOrEqual(30);
      expect(Object.keys(failuresOf(run, 'refresh'))).toContain(reason);
      expect(curves.total('refreshed')).toBeGreaterThanOrEqual(30);
      expect(curves.total('lostRenewal')).toBe(curves.total('refreshed'));
      expect(curves.total('lostExpired')).toBe(0);
      const [outcome] = run.outcome.faults;
      expect(outcome?.planned).toBeGreaterThanOrEqual(30);
      expect(outcome?.hit).toBe(outcome?.planned);
    },
  );

  test('ends connections at once where the old token is not kept', async () => {
    const fault = 'faults=[{ at: 500ms, for: 1400ms, refresh: { status: 503 } }]';
    const { outcome } = await liveRun(smallScenario(...FAR, RETRY, fault, 'tokens.refresh.keepOld=false'));
    const { curves } = outcome.measurements;
    const fetchingAt1800ms = curves
      .values('stateFetchingToken')
      .subarray(0, 18)
      .reduce((sum, n) => sum + n, 0);
    expect(fetchingAt1800ms).toBe(30);
    expect(curves.total('recovered')).toBeGreaterThanOrEqual(30);
  });
});

describe.concurrent('the clocks of clients', () => {
  test('that jump ahead make them refresh at once', async () => {
    const scenario = smallScenario(
      'faults=[{ at: 1s, share: 60%, clock: 70s }]',
      'generator.workers=2',
      'tokens.refresh.clock=exp',
    );
    const { outcome } = await liveRun(scenario);
    const drawn = drawnFor(scenario, 0, 0.6);
    expect(outcome.faults).toMatchObject([{ kind: 'clock', planned: drawn, hit: drawn }]);
    expect(outcome.measurements.curves.total('refreshes')).toBeGreaterThanOrEqual(drawn);
  });
});

describe.concurrent('commands', () => {
  const DROPS = 'faults=[{ at: 1s, drop: reset }, { at: 1500ms, drop: reset }, { at: 2s, drop: reset }]';
  const COMMANDS = 'clients.commands={ rate: 20/s, onReconnect: resend }';

  test.each([
    [true, 0],
    [false, Infinity],
  ])('that are resent after drops have one effect each only if idempotent: %s', async (idempotent, most) => {
    const scenario = smallScenario(DROPS, COMMANDS, `target.embedded.idempotent=${idempotent}`, 'clients.count=60');
    const run = await liveRun(scenario);
    const { ledger, curves } = run.outcome.measurements;
    const duplicates = duplicatesIn(run);
    expect(ledger.sent).toBeGreaterThan(1000);
    expect(curves.total('resent')).toBeGreaterThan(0);
    expect(ledger.duplicated).toBe(duplicates);
    expect(ledger.duplicatedBy).toEqual({ resend: duplicates, other: 0 });
    expect(curves.total('duplicated')).toBe(duplicates);
    expect(duplicates).toBeLessThanOrEqual(most);
    expect(ledger.lost).toBe(0);
    expect(ledger.sent).toBe(ledger.acknowledged + (ledger.unexpected ?? 0) + ledger.inFlight);
  });
});
