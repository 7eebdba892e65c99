import { describe, expect, it } from 'vitest';
import { expectMs, failuresOf, scenarioOf, simulated } from '../testing/simulated.ts';

/** A hundred clients that arrive at 0 s and retry a second after each failure. */
const ARRIVING = `
duration: 10s
tokens: { lifetime: 10m, issued: together }
clients: { count: 100, arrive: { over: 0s }, connectTimeout: 2s, backoff: { base: 1s, growth: fixed, jitter: none } }
`;

async function all(faults: string, ...sets: readonly string[]) {
  const { outcome } = await simulated(scenarioOf(`${ARRIVING}\nfaults: ${faults}`, 'model.latency=1ms', ...sets));
  return { ...outcome.measurements, faults: outcome.faults };
}

/** The same with a fault that hits each client's first request. */
async function met(handshake: string, ...sets: readonly string[]) {
  return all(`[{ at: 0s, for: 500ms, handshake: ${handshake} }]`, ...sets);
}

describe('a handshake fault', () => {
  it.each([
    { handshake: 'refuse', failures: { reset: 100 } },
    { handshake: 'hang', failures: { reset: 100 } },
    { handshake: '{ status: 403 }', failures: { 'http-403': 100 } },
    { handshake: '{ status: 503, retryAfter: 2 }', failures: { 'http-503': 100 } },
  ])('$handshake spoils each request that it hits, and no other', async ({ handshake, failures }) => {
    const run = await met(handshake);
    expect(run.faults).toMatchObject([{ planned: 100, hit: 100, missed: {} }]);
    expect(failuresOf(run, 'handshake')).toEqual(failures);
    expect(run.curves.total('ready')).toBe(100);
  });

  it('with `hang` makes clients time out, or resets their requests when it ends', async () => {
    const patient = await met('hang');
    expectMs(patient.timings.handshake.count, 100);
    expect(patient.curves.bin('attemptsFailed', 5)).toBe(100);
    const hasty = await met('hang', 'clients.connectTimeout=300ms');
    expect(failuresOf(hasty, 'handshake')).toEqual({ timeout: 100 });
  });

  it('with `slow` delays answers by its delay', async () => {
    const run = await met('{ slow: 700ms }');
    expect(run.faults).toMatchObject([{ planned: 100, hit: 100 }]);
    expectMs(run.timings.handshake.minMs, 704);
    expectMs(run.timings.handshake.maxMs, 704);
  });

  it.each([
    { latency: '1ms', lostBin: 0 },
    { latency: '100ms', lostBin: 5 },
  ])(
    'with `accept-then-close` closes only connections that are ready, over trips of $latency',
    async ({ latency, lostBin }) => {
      const run = await met('{ accept-then-close: { code: 4000, after: 50ms } }', `model.latency=${latency}`);
      expect(run.faults).toMatchObject([{ planned: 100, hit: 100, missed: {} }]);
      expect(run.losses.get('close-4000')).toBe(100);
      expect(run.curves.bin('lostClosed', lostBin)).toBe(100);
      expect(run.curves.total('ready')).toBe(200);
      expect(run.counts.unexpectedEvents).toBe(0);
    },
  );

  it('misses requests that are refused for lack of room or for their token', async () => {
    const full = await met('{ slow: 100ms }', 'target.embedded.capacity={ handshakes: 100/s, queue: 39 }');
    expect(full.faults).toMatchObject([{ planned: 100, hit: 40, missed: { refused: 60 } }]);
    const stale = await all(
      '[{ at: 0s, for: 500ms, handshake: { accept-then-close: { code: 4000 } } }]',
      'tokens={ lifetime: 1s, issued: together, renewal: in-band, refresh: { lead: 100ms } }',
      'target.embedded.capacity.handshakes=50/s',
      'clients.connectTimeout=5s',
    );
    // Fifty have their turn before their tokens expire.
    expect(stale.faults).toMatchObject([{ planned: 100, hit: 49, missed: { refused: 51 } }]);
    expect(stale.faults[0]!.hit).toBe(stale.losses.get('close-4000'));
  });

  it('misses clients that have left when it would act', async () => {
    const inLine = await met('{ slow: 100ms }', 'target.embedded.capacity.handshakes=20/s');
    expect(inLine.faults).toMatchObject([{ planned: 100, hit: 39, missed: { 'not-connected': 61 } }]);
    expect(failuresOf(inLine, 'handshake')['timeout']).toBeGreaterThanOrEqual(61);
    const dropped = await all(
      '[{ at: 0s, for: 1s, handshake: { accept-then-close: { after: 5s } } }, { at: 2s, share: 30%, drop: reset }]',
    );
    const [closed, drop] = dropped.faults;
    expect(closed).toMatchObject({ planned: 100, hit: 100 - drop!.hit, missed: { 'not-connected': drop!.hit } });
  });

  it('misses requests that an earlier fault hits, and closes that the run does not reach', async () => {
    const acceptThenClose = '{ at: 0s, for: 500ms, handshake: { accept-then-close: { after: 20s } } }';
    const run = await all(`[{ at: 0s, for: 500ms, share: 40%, handshake: refuse }, ${acceptThenClose}]`);
    const [some, closed] = run.faults;
    expect(closed).toMatchObject({ planned: 100, missed: { 'another-fault': some!.hit, 'run-over': 100 - some!.hit } });
  });
});
