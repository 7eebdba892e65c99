import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseComparison } from '../compare/comparison.ts';
import { parseTuning } from '../compare/tuning.ts';
import { commandLine } from './command-line.ts';

/**
 * N = 300 tokens come due together, the token service answers C = 9 requests a second, and clients wait 3 s for an
 * answer. With a jitter of J the last request in line waits (N - C * J) / C, so at most 3 s if J >= N / C - 3 s = 30.3 s.
 */
const SCENARIO = `
duration: 4m
target: { embedded: { capacity: { refreshes: 9/s } } }
tokens:
  lifetime: 3m
  issued: together
  refresh: { lead: 60s, timeout: 3s, retry: { growth: fixed, base: 1s, jitter: equal } }
clients: { count: 300 }
thresholds: ['p99(recovery) < 5s', 't100(recovery) < 20s', 'failures(recovery) == 0']
`;
const FIELD = 'tokens.refresh.jitter.uniform';

const dir = mkdtempSync(join(tmpdir(), 'squall-locked-out-'));
const file = join(dir, 'crowd.yaml');
beforeAll(() => writeFileSync(file, SCENARIO));
afterAll(() => rmSync(dir, { recursive: true }));

async function jsonOf(...args: readonly string[]): Promise<string> {
  return (await commandLine([...args, '--json', '--results', dir])).stdout;
}

describe('settings that leave clients locked out', () => {
  it('are not recommended by a comparison', async () => {
    const vary = ['--vary', `${FIELD}=0s,20s,34s`, '--simulate', '--pairs', '2'];
    const comparison = parseComparison(await jsonOf('compare', file, ...vary))!;
    expect(comparison.settings.map(({ runs }) => [runs.passed, runs.lockedOut])).toEqual([
      [0, 2],
      [0, 2],
      [2, 0],
    ]);
    expect(comparison.recommendation).toMatchObject({ setting: 3 });
    const medians = comparison.settings.map(({ figures }) => figures.t95RecoveryMs.median);
    expect(medians.slice(0, 2)).toEqual(['never', 'never']);
    expect(medians[2]).toBeLessThan(1000);
  });

  it('are not recommended by a comparison whose thresholds do not limit recoveries', async () => {
    const vary = [
      '--vary',
      `${FIELD}=0s,34s`,
      '--simulate',
      '--pairs',
      '2',
      '--set',
      'thresholds=[peak(attempts) < 100/s]',
    ];
    const { recommendation } = parseComparison(await jsonOf('compare', file, ...vary))!;
    expect(recommendation.setting).toBe(2);
    expect(recommendation.text).toMatch(/; 0s left clients locked out in 2 of 2 runs/);
  });

  it('are below the value that tuning finds, which agrees with the closed form', async () => {
    const search = ['--find', `${FIELD}=0s..50s`, '--no-live', '--seeds', '1'];
    const { tried, found } = parseTuning(await jsonOf('tune', file, ...search))!;
    const size = tried.find(({ value }) => value === found)!.size;
    expect(size).toBeGreaterThan(27_000);
    expect(size).toBeLessThan(34_000);
    const [first] = tried;
    expect(first).toMatchObject({ value: '0s', runs: { passed: 0 } });
    const medians = first!.thresholds.map(({ values }) => values.median);
    expect(medians.slice(0, 2)).toEqual(['never', 'never']);
    expect(medians[2]).toBeGreaterThan(200);
  });
});
