import { expect, test } from 'vitest';
import { Draws } from '../core/random/draws.ts';
import { BIN_MS } from '../core/metrics.ts';
import { randomArrivals } from '../scenario/population.ts';
import { measuredIn, scenarioOf } from '../testing/simulated.ts';

const POISSON = `
duration: 30s
clients: { count: 1000, arrive: { rate: 50/s, process: poisson } }
`;

test('clients of a Poisson process make their first attempts at the instants drawn from the seed', async () => {
  const scenario = scenarioOf(POISSON);
  const { curves, counts } = await measuredIn(scenario);
  expect(counts.clientsStarted).toBe(1000);
  const bins = Array.from(curves.values('arrivals'));
  const expected = bins.map(() => 0);
  for (const at of randomArrivals(scenario.clients, new Draws(scenario.seed)) ?? [])
    expected[Math.floor(at / BIN_MS)]! += 1;
  expect(bins).toEqual(expected);
  // 50/s in bins of 100 ms: a mean of 5 with a deviation of its root.
  const full = bins.slice(0, 190);
  const variance = full.reduce((sum, n) => sum + (n - 5) ** 2, 0) / full.length;
  expect(variance).toBeGreaterThan(3.5);
  expect(variance).toBeLessThan(6.7);
});

test('tokens issued together fall due over the part of the lifetime given by the jitter', async () => {
  const { curves } = await measuredIn(
    scenarioOf(`
duration: 60s
tokens: { lifetime: 100s, issued: together, renewal: in-band, refresh: { lead: 50s, jitter: { uniform: 10% } } }
clients: { count: 2000, arrive: { over: 5s } }
`),
  );
  const due = Array.from(curves.values('refreshes'));
  // From 50 s - 10 s on, uniform over 10 s: 200 a second.
  expect(due.findIndex((n) => n > 0)).toBe(400);
  expect(due.findLastIndex((n) => n > 0)).toBe(499);
  expect(curves.peakPerSecond('refreshes').perSecond).toBeLessThan(270);
});
