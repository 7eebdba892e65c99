/** Runs of more than an hour are as precise as short ones, and nothing is cut off at an hour. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SERIES } from '../core/metrics.ts';
import { csvReport } from '../report/csv/curves.ts';
import { readFolder } from '../results/read-folder.ts';
import { analyse } from '../storm/analyse.ts';
import { measuredIn, scenarioOf } from '../testing/simulated.ts';
import { simulatedFolder } from '../testing/simulated-folder.ts';

const HOUR_MS = 3_600_000;

/** A soak of 20 clients, dropped at 10 min and every 20 min from then on. */
const SOAK = `
name: soak
duration: 70m
tokens: { lifetime: 15m, issued: spread, refresh: { lead: 1m, jitter: { uniform: 30s } } }
clients: { count: 20, arrive: { over: 10s }, commands: { rate: 1/m } }
faults: [{ at: 10m, every: 20m, drop: { code: 1012 } }]
`;

const long = scenarioOf(SOAK);
const whole = await measuredIn(long);

test('the first 20 of 70 minutes equal the run of 20 minutes in each bin, and each drop makes a storm with an exact peak', async () => {
  const short = await measuredIn(scenarioOf(SOAK, 'duration=20m'));
  const differing = SERIES.filter((name) => {
    const [first, all] = [short.curves.values(name), whole.curves.values(name).subarray(0, short.curves.bins)];
    // Effects of the run's end fall into the last bin.
    return first.subarray(0, -1).some((n, bin) => n !== all[bin]);
  });
  expect(differing).toEqual([]);
  const storms = analyse(whole, long);
  expect(storms.map(({ peakAtMs }) => Math.floor((3 * peakAtMs) / HOUR_MS))).toEqual([0, 1, 2]);
  const attempts = whole.curves.values('attempts');
  const fullest = attempts.reduce((most, _, bin) => {
    const second = attempts.subarray(bin, bin + 10);
    return Math.max(
      most,
      second.reduce((sum, n) => sum + n, 0),
    );
  }, 0);
  expect(whole.curves.peakPerSecond('attempts').perSecond).toBe(fullest);
});

test('a recovery of 61 minutes is reported as such', async () => {
  const outage = `
duration: 65m
tokens: { lifetime: 24h }
clients: { count: 10, arrive: { over: 1s }, backoff: { base: 1s, cap: 1m, jitter: none } }
faults: [{ at: 1m, drop: reset }, { at: 1m, for: 61m, handshake: refuse }]
`;
  const { timings, counts } = await measuredIn(scenarioOf(outage));
  expect([timings.recovery.count, timings.recovery.failed, counts.clamped]).toEqual([10, 0, 0]);
  expect(timings.recovery.minMs).toBeGreaterThanOrEqual(61 * 60_000);
  expect(timings.recovery.maxMs).toBeLessThan(63 * 60_000);
});

test('its folder has a line for each 1/3600 of the run, rebuilds every bin, and a row of its CSV is of a second', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'squall-long-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { measurements } = readFolder(await simulatedFolder(`${SOAK}model: { latency: 0s }\n`, folder));
  expect(measurements.elapsedMs).toBe(70 * 60_000);
  for (const name of SERIES) {
    // Bins are compared as bytes, since a message about 72,000 numbers is useless.
    const [kept, counted] = [measurements.curves.values(name), whole.curves.values(name)];
    expect(Buffer.from(kept.slice().buffer).equals(Buffer.from(counted.slice().buffer)), name).toBe(true);
  }
  const [head = '', ...rows] = csvReport(measurements, { tokens: 'endpoint', ready: 'authenticated' })
    .trimEnd()
    .split('\n');
  expect(rows).toHaveLength(4200);
  expect([rows[1]?.split(',')[0], rows.at(-1)?.split(',')[0]]).toEqual(['1000', '4199000']);
  const column = (name: string): number[] => rows.map((row) => Number(row.split(',')[head.split(',').indexOf(name)]));
  expect(column('refreshes').reduce((sum, n) => sum + n, 0)).toBe(whole.curves.total('refreshes'));
  expect(Math.max(...column('state_ready'))).toBe(20);
  for (const measurement of [measurements, whole]) expect(measurement.timings.recovery.count).toBeGreaterThan(60);
});
