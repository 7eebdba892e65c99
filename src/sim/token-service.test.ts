import { describe, expect, it } from 'vitest';
import { expectMs, failuresOf, measuredIn, scenarioOf, simulated } from '../testing/simulated.ts';

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

describe('the token service', () => {
  it.each([
    { connections: 'a connection of its own', pooled: false, trips: 4 },
    { connections: 'a connection that is there', pooled: true, trips: 2 },
  ])('is asked over $connections in $trips trips', async ({ pooled, trips }) => {
    const { timings } = await measuredIn(scenarioOf(RENEWING, `tokens.refresh.pooled=${pooled}`, 'model.latency=50ms'));
    expect(timings.refresh.count).toBe(100);
    expectMs(timings.refresh.minMs, trips * 50);
    expectMs(timings.refresh.maxMs, trips * 50);
  });

  it('serves one request after the other, and answers 503 when the line is full', async () => {
    const sets = ['target.embedded.capacity={ refreshes: 100/s, refreshQueue: 39 }', 'tokens.refresh.retry.max=0'];
    const measured = await measuredIn(scenarioOf(RENEWING, ...sets));
    expect(measured.timings.refresh.count).toBe(40);
    expectMs(measured.timings.refresh.maxMs, 400);
    expect(failuresOf(measured, 'refresh')).toEqual({ 'http-503': 60 });
  });

  it('draws the service time of each token where the model has a distribution', async () => {
    const sets = ['target.embedded.capacity.refreshes=1000/s', 'model.service=exponential', 'clients.count=1000'];
    const { timings } = await measuredIn(scenarioOf(RENEWING, ...sets));
    // The last of N departs after N services of mean 1 ms, whose sum has the deviation sqrt(N).
    expect(Math.abs(timings.refresh.maxMs! - 1000)).toBeLessThan(4 * Math.sqrt(1000) + 1);
  });
});

describe('a fault of the token service', () => {
  // Requests at 10 s, then 1 s after each answer or 3 s without one, until 14.5 s.
  it.each([
    { mode: '{ status: 500 }', failures: { 'http-500': 500 }, hit: 500 },
    { mode: 'refuse', failures: { reset: 500 }, hit: 500 },
    { mode: 'hang', failures: { timeout: 100, reset: 100 }, hit: 200 },
  ])('$mode spoils each request that it hits, and no other', async ({ mode, failures, hit }) => {
    const text = `${RENEWING}\nfaults: [{ at: 9500ms, for: 5s, refresh: ${mode} }]`;
    const { measurements, faults } = (await simulated(scenarioOf(text))).outcome;
    expect(failuresOf(measurements, 'refresh')).toEqual(failures);
    expect(faults).toMatchObject([{ kind: 'refresh', atMs: 9500, forMs: 5000, planned: hit, hit, missed: {} }]);
    expect(measurements.curves.total('refreshed')).toBe(100);
    expect(measurements.curves.total('lostExpired')).toBe(0);
  });

  it('resets hanging requests when it ends', async () => {
    const text = `${RENEWING}\nfaults: [{ at: 9500ms, for: 5s, refresh: hang }]`;
    const measured = await measuredIn(scenarioOf(text, 'tokens.refresh.timeout=30s'));
    expect(failuresOf(measured, 'refresh')).toEqual({ reset: 100 });
    expect(measured.curves.bin('refreshFailedNetwork', 145)).toBe(100);
  });

  it('begins and ends at each client separately where it is spread', async () => {
    // All request at 10 s; those that are hit retry after 1 s, and succeed if their window is over.
    const text = `${RENEWING}\nfaults: [{ at: 9s, for: 500ms, spread: 2s, refresh: { status: 500 } }]`;
    const { measurements, faults } = (await simulated(scenarioOf(text))).outcome;
    const [fault] = faults;
    expect(fault).toMatchObject({ forMs: 2500, planned: fault!.hit });
    expect(Math.abs(fault!.hit - 25)).toBeLessThan(4 * Math.sqrt(100 * 0.25 * 0.75));
    expect(failuresOf(measurements, 'refresh')).toEqual({ 'http-500': fault!.hit });
    expect(measurements.curves.bin('refreshed', 110)).toBe(fault!.hit);
    expect(measurements.curves.total('refreshed')).toBe(100);
  });

  it('hits every request in each of its occurrences', async () => {
    // It hits requests at 10 and 11 s; the third window begins at 12 s, after they have succeeded.
    const text = `${RENEWING}\nfaults: [{ at: 9700ms, for: 500ms, every: 1200ms, times: 3, refresh: { status: 500 } }]`;
    const { measurements, faults } = (await simulated(scenarioOf(text))).outcome;
    expect(faults).toMatchObject([{ times: 3, everyMs: 1200, planned: 200, hit: 200 }]);
    expect(failuresOf(measurements, 'refresh')).toEqual({ 'http-500': 200 });
  });

  it('hits its share of the clients, and of two overlapping faults the first hits a request', async () => {
    const { outcome } = await simulated(
      scenarioOf(`${RENEWING}
faults:
  - { at: 9s, for: 1500ms, share: 40%, refresh: { status: 500 } }
  - { at: 9s, for: 1500ms, refresh: refuse }
`),
    );
    const [some, all] = outcome.faults;
    expect(some!.hit).toBe(some!.planned);
    expect(Math.abs(some!.hit - 40)).toBeLessThan(4 * Math.sqrt(100 * 0.4 * 0.6));
    expect(all).toMatchObject({ planned: 100, hit: 100 - some!.hit, missed: { 'another-fault': some!.hit } });
    expect(failuresOf(outcome.measurements, 'refresh')).toEqual({ 'http-500': some!.hit, reset: all!.hit });
  });
});
