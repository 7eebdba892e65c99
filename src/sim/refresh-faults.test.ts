import { describe, expect, it } from 'vitest';
import { expectMs, failuresOf, scenarioOf, simulated } from '../testing/simulated.ts';

/** A hundred tokens that fall due together at 10 s, 20 s before the end. */
const RENEWING = `
duration: 19s
tokens:
  lifetime: 30s
  issued: together
  renewal: in-band
  refresh: { lead: 20s, timeout: 2s, retry: { base: 1s, growth: fixed, jitter: none } }
clients: { count: 100, arrive: { over: 1s } }
`;

/** The same with a fault that hits each client's first request. */
async function met(refresh: string, ...sets: readonly string[]) {
  return all(`[{ at: 9500ms, for: 1s, refresh: ${refresh} }]`, ...sets);
}

async function all(faults: string, ...sets: readonly string[]) {
  const { outcome } = await simulated(scenarioOf(`${RENEWING}\nfaults: ${faults}`, ...sets));
  return { ...outcome.measurements, faults: outcome.faults };
}

const STRICT = 'target.embedded.reuseDetection=strict';

describe('a refresh that is carried out and whose answer is lost', () => {
  it.each([
    { detection: 'strict', loggedOut: 100 },
    { detection: 'grace', loggedOut: 0 },
    { detection: 'off', loggedOut: 0 },
  ])('logs $loggedOut of 100 clients out with reuse detection $detection', async ({ detection, loggedOut }) => {
    const run = await met('lost', `target.embedded.reuseDetection=${detection}`);
    expect(run.faults).toMatchObject([{ planned: 100, hit: 100, missed: {} }]);
    expect(run.reported.loggedOutByReuse).toBe(loggedOut);
    expect(run.counts.stoppedLoggedOut).toBe(loggedOut);
    expect(run.curves.total('refreshed')).toBe(100 - loggedOut);
    expect(failuresOf(run, 'refresh')).toEqual({ reset: 100, ...(loggedOut > 0 && { 'invalid-grant': 100 }) });
  });

  it.each(['malformed', '{ slow: 3s }'])('has the same effect with %s', async (refresh) => {
    const run = await met(refresh, STRICT);
    expect(run.faults).toMatchObject([{ planned: 100, hit: 100 }]);
    expect(run.reported.loggedOutByReuse).toBe(100);
  });

  it('also happens without a fault where clients time out before their turn', async () => {
    const slow = ['target.embedded.capacity.refreshes=20/s'];
    const run = await all('[]', STRICT, ...slow);
    // Thirty-nine have their turn within the 2 s that they wait.
    expect(run.curves.total('refreshed')).toBe(39);
    expect(run.reported.loggedOutByReuse).toBe(61);
    expect((await all('[]', ...slow)).reported.loggedOutByReuse).toBe(0);
  });
});

describe('a fault of the token service', () => {
  it.each([
    { refresh: 'reset', failures: { reset: 100 }, loggedOut: 0 },
    { refresh: '{ status: 429, retryAfter: 3 }', failures: { 'http-429': 100 }, loggedOut: 0 },
    { refresh: 'malformed', failures: { malformed: 100 }, loggedOut: 0 },
    { refresh: 'invalid-grant', failures: { 'invalid-grant': 100 }, loggedOut: 100 },
  ])('$refresh has as many hits as clients count failures', async ({ refresh, failures, loggedOut }) => {
    const run = await met(refresh);
    expect(run.faults).toMatchObject([{ planned: 100, hit: 100, missed: {} }]);
    expect(failuresOf(run, 'refresh')).toEqual(failures);
    expect(run.counts.stoppedLoggedOut).toBe(loggedOut);
    expect(run.curves.total('refreshed')).toBe(100 - loggedOut);
  });

  it('with `slow` delays answers by its delay', async () => {
    const run = await met('{ slow: 700ms }');
    expect(run.faults).toMatchObject([{ planned: 100, hit: 100 }]);
    expectMs(run.timings.refresh.minMs, 700);
    expectMs(run.timings.refresh.maxMs, 700);
  });

  it('with `stale` makes the gateway refuse each token', async () => {
    const run = await met('stale', 'model.latency=10ms');
    expect(run.faults[0]!.hit).toBeGreaterThanOrEqual(100);
    expect(run.losses.get('auth-refused')).toBe(100);
    expect(run.counts.unexpectedEvents).toBe(0);
  });

  it('with `wrong-subject` ends each connection that presents the token', async () => {
    const run = await met('wrong-subject');
    expect(run.faults).toMatchObject([{ planned: 100, hit: 100 }]);
    expect(run.losses.get('close-4403')).toBe(100);
    expect(run.counts.stoppedLoggedOut).toBe(100);
  });

  it('misses requests that find the line full', async () => {
    const run = await met('lost', 'target.embedded.capacity={ refreshes: 100/s, refreshQueue: 39 }');
    expect(run.faults).toMatchObject([{ planned: 100, hit: 40, missed: { refused: 60 } }]);
    expect(failuresOf(run, 'refresh')).toMatchObject({ reset: 40 });
  });

  it('misses requests whose clients timed out before their turn', async () => {
    const run = await met('lost', 'target.embedded.capacity.refreshes=20/s');
    expect(run.faults).toMatchObject([{ planned: 100, hit: 39, missed: { 'not-connected': 61 } }]);
    expect(failuresOf(run, 'refresh')).toMatchObject({ reset: 39 });
  });

  it('misses, with a flawed token, sessions that are over, and requests whose turn comes after the end of the run', async () => {
    const revoked = '{ at: 5s, share: 50%, session: compromised }';
    const sets = ['target.embedded.revocation=none', 'model.latency=10ms'];
    const run = await all(`[${revoked}, { at: 9500ms, for: 1s, refresh: stale }]`, ...sets);
    const [over, stale] = run.faults;
    expect(stale).toMatchObject({ missed: { 'over-already': over!.hit } });
    expect(run.counts.stoppedLoggedOut).toBe(over!.hit);
    const cut = await met('lost', 'target.embedded.capacity.refreshes=10/s', 'duration=11050ms');
    expect(cut.faults).toMatchObject([{ planned: 100, hit: 10, missed: { 'run-over': 90 } }]);
  });
});
