import { describe, expect, it } from 'vitest';
import { failuresOf, measuredIn, scenarioOf } from '../testing/simulated.ts';

/** Two devices a user, who log in during the run half a second apart. */
async function measured(...sets: readonly string[]) {
  const text = `
duration: 10s
users: { generate: { id: 'u-{client}' } }
target: { url: 'ws://127.0.0.1:1/' }
clients: { count: 2, perUser: 2, arrive: { over: 1s } }
tokens:
  lifetime: 60s
  login: { during: run }
  refresh: { timeout: 1s, retry: { growth: fixed, base: 100ms, jitter: none } }
  source: { endpoint: { flight: user, login: { url: 'http://127.0.0.1:1/', form: { user: '{user.id}' } } } }
`;
  const measurements = await measuredIn(scenarioOf(text, ...sets));
  const { curves, timings } = measurements;
  return {
    logins: curves.total('logins'),
    failed: failuresOf(measurements, 'login'),
    answered: timings.login.count,
    refreshes: curves.total('refreshes'),
    refreshed: curves.total('refreshed'),
    ready: curves.total('ready'),
  };
}

describe('devices that share tokens', () => {
  it('log in once, by an answer that both await, or that the second has at once', async () => {
    const once = { logins: 1, failed: {}, answered: 1, ready: 2 };
    expect(await measured()).toMatchObject(once);
    expect(await measured('faults=[{ at: 0s, for: 1s, refresh: { slow: 800ms } }]')).toMatchObject(once);
    expect(await measured('tokens.source.endpoint.flight=client')).toMatchObject({ ...once, logins: 2, answered: 2 });
  });

  it('refresh once for both, each time a token is due', async () => {
    const { refreshes, refreshed, ready } = await measured(
      'duration=9s',
      'tokens.lifetime=4s',
      'tokens.refresh.lead=2s',
    );
    expect({ refreshes, refreshed }).toEqual({ refreshes: 4, refreshed: 4 });
    expect(ready).toBe(10);
  });

  it('leave the request of a device that gives up to the other, and join it again', async () => {
    // The first device gives up 1 s after it asked; the answer comes 200 ms later.
    expect(await measured('faults=[{ at: 0s, for: 1s, refresh: { slow: 1200ms } }]')).toMatchObject({
      logins: 1,
      failed: { timeout: 1 },
      answered: 0,
      ready: 2,
    });
  });

  it('share a failure, which is counted once, and try again together', async () => {
    expect(await measured('faults=[{ at: 0s, for: 900ms, refresh: hang }]')).toMatchObject({
      logins: 2,
      failed: { reset: 1 },
      answered: 1,
      ready: 2,
    });
  });
});
