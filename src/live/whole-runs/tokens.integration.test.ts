import { describe, expect, test } from 'vitest';
import { drawnFor, failuresOf, liveRun, smallScenario } from '../../testing/live-run.ts';

test('tokens fall due at once for clients whose clock jumps ahead, in every worker', async () => {
  const sets = ['duration=60s', 'generator.workers=2', 'faults=[{ at: 700ms, share: 60%, clock: 70s }]'];
  const scenario = smallScenario(...sets);
  const drawn = drawnFor(scenario, 0);
  const { outcome } = await liveRun(scenario, {
    until: ({ measurements: { curves } }) => curves.total('refreshes') >= drawn,
  });
  expect(outcome.faults).toMatchObject([{ kind: 'clock', planned: drawn, hit: drawn }]);
  expect(outcome.measurements.curves.total('refreshes')).toBeGreaterThanOrEqual(drawn);
});

describe('tokens that run out unseen, for the clocks of all clients are slow,', () => {
  const UNSEEN = ['tokens.lifetime=2s', 'tokens.refresh.lead=1s', 'clients.clockSkew=-20s'];

  test('end connections with a close that says so, and the clients come back with new ones', async () => {
    const { outcome } = await liveRun(smallScenario('duration=60s', ...UNSEEN), {
      until: ({ measurements: { curves } }) => curves.total('recovered') === 30,
    });
    const { curves, timings } = outcome.measurements;
    expect(curves.total('lostExpired')).toBe(30);
    expect(curves.total('recovered')).toBe(30);
    expect(curves.total('refreshed')).toBe(30);
    expect(timings.expiryNotice.count).toBe(30);
  });

  test('leave clients exposed where the gateway ignores it', async () => {
    const { outcome } = await liveRun(smallScenario('duration=3s', ...UNSEEN, 'target.embedded.onExpiry=ignore'));
    const { curves, counts, timings } = outcome.measurements;
    expect(curves.total('attempts')).toBe(30);
    // Thirty clients stay from the expiry at 2 s to the end at 3 s.
    expect(counts.exposureMs).toBeGreaterThanOrEqual(30 * 999);
    expect(timings.expiryNotice.count).toBe(0);
    expect(Object.values(failuresOf({ outcome }, 'expiryNotice'))).toEqual([30]);
  });
});
