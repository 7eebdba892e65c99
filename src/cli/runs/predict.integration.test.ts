import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readFolder } from '../../results/read-folder.ts';
import type { Summary } from '../../results/summary.ts';
import { squall } from '../../testing/squall.ts';

const dir = mkdtempSync(join(tmpdir(), 'squall-predict-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** All clients are dropped and reconnect at once, so the peak is the population in both worlds. */
const SCENARIO = `
name: dropped
duration: 5s
tokens: { lifetime: 60s, issued: together }
clients: { count: 40, arrive: { over: 1s }, backoff: { growth: fixed, base: 200ms, jitter: none } }
generator: { maxLateness: 2s }
faults: [{ at: 3s, drop: { code: 1012 } }]
`;

async function run(name: string, ...flags: readonly string[]) {
  const file = join(dir, 'dropped.yaml');
  const results = join(dir, name);
  writeFileSync(file, SCENARIO);
  const { stdout, stderr } = await squall(['run', file, '--json', '--results', results, ...flags]);
  const [folder = ''] = readdirSync(results);
  return { summary: JSON.parse(stdout) as Summary, stderr, folder: join(results, folder) };
}

describe('squall run --predict', () => {
  test('it simulates first, says so, and compares the run with its prediction', async () => {
    const { summary, stderr, folder } = await run('predicted', '--predict');
    expect(stderr).toMatch(/^predicting: simulating 40 clients for 5 s of virtual time$/m);
    const peak = summary.prediction?.figures.find(({ name }) => name === 'peakAttemptsPerSecond');
    expect(peak).toEqual({
      name: 'peakAttemptsPerSecond',
      unit: 'per-second',
      predicted: 40,
      measured: summary.attempts.peakPerSecond,
      errorPercent: ((40 - summary.attempts.peakPerSecond) / summary.attempts.peakPerSecond) * 100,
    });
    const { prediction } = readFolder(folder);
    expect(prediction?.curves.total('attempts')).toBe(80);
    expect((await squall(['report', folder])).stdout).toMatch(/^peak attempts +40\/s +\d+\/s +\S+%$/m);
  });

  test('without it nothing is predicted', async () => {
    const { summary, stderr, folder } = await run('plain');
    expect(summary.prediction).toBeNull();
    expect(stderr).not.toContain('predicting');
    expect(readFolder(folder).prediction).toBeNull();
  });
});
