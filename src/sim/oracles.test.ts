/** Closed forms and published figures, reproduced by whole simulations. `fifo.test.ts` has those of the queue alone. */
import { beforeAll, describe, expect, it } from 'vitest';
import { Draws, PURPOSE } from '../core/random/draws.ts';
import { BIN_MS } from '../core/metrics.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Fifo } from '../core/server/fifo.ts';
import { estimate, free, latenciesFrom, measuredIn, scenarioOf, simulated } from '../testing/simulated.ts';

/** Largest relative rounding of a histogram of three digits. */
const ROUNDING = 0.001;

function seeds(scenario: Scenario, count: number): Scenario[] {
  return Array.from({ length: count }, (_, seed) => ({ ...scenario, seed }));
}

describe('uniform jitter: 10,000 tokens fall due at once, and are renewed over the 5 s before', () => {
  const [fromMs, toMs] = [20_000, 25_000];
  const scenario = scenarioOf(`
duration: 26s
tokens: { lifetime: 30s, issued: together, refresh: { lead: 5s, jitter: { uniform: 5s } } }
clients: { count: 10000, arrive: { over: 10s } }
`);

  /** Attempts to reconnect in each 100 ms, one row for each seed. */
  const rows: Int32Array[] = [];
  beforeAll(async () => {
    for (const seeded of seeds(scenario, 25)) {
      const run = await simulated(seeded);
      rows.push(run.outcome.measurements.curves.values('attempts').slice(fromMs / BIN_MS, toMs / BIN_MS));
      free(run);
    }
  });

  it.each([
    { widthMs: 1000, mean: 2000, greatest: 2052, band: [2017, 2103] },
    { widthMs: 100, mean: 200, greatest: 232, band: [222, 247] },
  ])('bins of $widthMs ms hold $mean on average, and the fullest $greatest', ({ widthMs, mean, ...fullest }) => {
    const bins = rows.map((row) => widened(row, widthMs / BIN_MS));
    for (const row of bins) expect(sum(row) / row.length).toBe(mean);
    const peaks = bins.map((row) => Math.max(...row));
    const { mean: peak, error } = estimate(peaks);
    expect(Math.abs(peak - fullest.greatest)).toBeLessThan(4 * error + 0.5);
    // The band holds 95 % of all runs: of 25, four or more lie outside once in thirty times, and with these seeds not.
    const [low = 0, high = 0] = fullest.band;
    expect(peaks.filter((each) => each < low || each > high).length).toBeLessThanOrEqual(3);
  });
});

describe('the drain of a storm: 10,000 dropped at once, back over J seconds at a gateway of 500 a second', () => {
  const DROP_AT_MS = 25_000;

  it.each([
    { jitter: '0s', longestS: 20, meanS: 10 },
    { jitter: '[0s, 5s]', longestS: 15, meanS: 7.5 },
    { jitter: '[0s, 10s]', longestS: 10, meanS: 5 },
  ])('J = $jitter: the longest wait is $longestS s and the mean $meanS s', async ({ jitter, longestS, meanS }) => {
    const scenario = scenarioOf(`
duration: 46s
target: { embedded: { capacity: { handshakes: 500/s } } }
tokens: { lifetime: 10m, issued: together }
clients: { count: 10000, arrive: { over: 24s }, connectTimeout: 1m, backoff: { first: ${jitter} } }
faults: [{ at: ${DROP_AT_MS}ms, drop: { code: 1012 } }]
`);
    const waits = { longest: [] as number[], mean: [] as number[] };
    const recoveries = { longest: [] as number[], mean: [] as number[] };
    for (const seeded of seeds(scenario, 8)) {
      const run = await simulated(seeded);
      const handshake = latenciesFrom(run, 'handshake', DROP_AT_MS);
      const { recovery } = run.outcome.measurements.timings;
      expect([handshake.count, recovery.count]).toEqual([10_000, 10_000]);
      waits.longest.push(handshake.maxMs!);
      waits.mean.push(handshake.meanMs!);
      recoveries.longest.push(recovery.maxMs!);
      recoveries.mean.push(recovery.meanMs!);
      handshake.destroy();
      free(run);
    }
    expectNear(waits.longest, 1000 * longestS);
    expectNear(waits.mean, 1000 * meanS);
    // However the wait is shared between the client's delay and the line, the gateway needs N/C for all of them.
    expectNear(recoveries.longest, 20_000);
    expectNear(recoveries.mean, 10_000);
  });
});

describe('retry amplification: three attempts at most, and all of them fail', () => {
  const CLIENTS = 500;

  it.each([
    { how: 'the network loses everything', sets: ['model.loss=100%'] },
    { how: 'the gateway refuses everybody', sets: ['model.connections=1', 'model.latency=1ms'] },
    { how: 'the gateway does no work', sets: ['model.handshakes=0.00001/s', 'model.queue=0'] },
  ])('puts three times the load on it when $how', async ({ sets }) => {
    const retries = 'backoff: { base: 100ms, growth: fixed, max: 2 }';
    const scenario = scenarioOf(
      `
duration: 30s
tokens: { lifetime: 10m, issued: together }
clients: { count: ${CLIENTS}, arrive: { over: 5s }, connectTimeout: 1s, ${retries} }
`,
      ...sets,
    );
    const { curves, counts } = await measuredIn(scenario);
    // In the second case there is room for one connection, which the first client gets.
    const ready = curves.total('ready');
    expect(ready).toBe(sets.includes('model.connections=1') ? 1 : 0);
    expect(curves.total('attempts')).toBe(3 * (CLIENTS - ready) + ready);
    expect(counts.stoppedGaveUp).toBe(CLIENTS - ready);
  });

  it('puts three times the load on a token service that fails', async () => {
    const scenario = scenarioOf(`
duration: 40s
tokens:
  lifetime: 20s
  issued: together
  renewal: in-band
  refresh: { lead: 5s, retry: { base: 100ms, growth: fixed, max: 2 } }
clients: { count: ${CLIENTS}, arrive: { over: 5s } }
faults: [{ at: 0s, for: 40s, refresh: { status: 503 } }]
`);
    const { curves } = await measuredIn(scenario);
    expect(curves.total('refreshes')).toBe(3 * CLIENTS);
    expect(curves.total('refreshFailedStatus')).toBe(3 * CLIENTS);
  });
});

describe('client-side adaptive throttling', () => {
  it('halves the load of a server that can serve a fifth of the demand, at K = 2', () => {
    // The policy is the test's own and no client's; the test checks the server's answers.
    // Beyer et al., Site Reliability Engineering, chapter 21: drop with probability max(0, (requests - K accepts) / (requests + 1)).
    const [demandPerMs, capacityPerMs, k, durationMs] = [10, 2, 2, 60_000];
    const draws = new Draws(7);
    const server = new Fifo(100);
    let [requests, accepts, sent] = [0, 0, 0];
    for (let n = 0; n < demandPerMs * durationMs; n++) {
      const dropped = Math.max(0, (requests - k * accepts) / (requests + 1));
      requests += 1;
      if (draws.unit(0, PURPOSE.backoff, n) < dropped) continue;
      sent += 1;
      if (server.arrive(n / demandPerMs, 1 / capacityPerMs) !== Infinity) accepts += 1;
    }
    expect(sent / durationMs).toBeCloseTo(k * capacityPerMs, 1);
  });
});

/** Tolerance: 4 standard errors, a histogram's rounding, and the 2 ms of a handshake. */
function expectNear(values: readonly number[], expectedMs: number): void {
  const { mean, error } = estimate(values);
  expect(Math.abs(mean - expectedMs)).toBeLessThan(4 * error + ROUNDING * expectedMs + 2);
}

/** The same counts in bins that are `factor` times as wide. */
function widened(bins: Int32Array, factor: number): number[] {
  return Array.from({ length: bins.length / factor }, (_, n) => sum(bins.subarray(n * factor, (n + 1) * factor)));
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
