import { describe, expect, test } from 'vitest';
import { summariseSeeds } from '../results/seeds-summary.ts';
import { parseScenario } from '../scenario/load.ts';
import { figuresOf } from '../storm/figures.ts';
import { measured } from '../testing/measured.ts';
import type { Judged } from '../threshold/judge.ts';
import { seedsReport } from './seeds.ts';

const long = `p99(handshake) < ${'9'.repeat(60)}ms`;
const scenario = parseScenario(
  `{ name: many, description: D, duration: 20s, clients: { count: 9 }, thresholds: [t95(recovery) < 1s, ${long}] }`,
  'many.yaml',
);
const NO_FIGURES = figuresOf(measured({ elapsedMs: 1000 }), []);

function judged(seed: number, verdict: Judged['verdict'], t95RecoveryMs: number | null): Judged {
  const ok = t95RecoveryMs === null ? null : t95RecoveryMs < 1000;
  return {
    seed,
    verdict,
    reasons: [],
    figures: { ...NO_FIGURES, t95RecoveryMs, peakAttemptsPerSecond: 123_456 * seed, exposureClientSeconds: 0.5 },
    thresholds: scenario.thresholds.map(({ expression }) => ({ expression, value: t95RecoveryMs, ok, text: '' })),
  };
}

const done = [judged(1, 'pass', 400), judged(2, 'fail', 2000), judged(3, 'inconclusive', null), judged(4, 'pass', 800)];
const text = seedsReport({
  summary: summariseSeeds({ scenario, planned: 4, done }),
  dir: 'results/many-seeds',
  colour: false,
});

describe('the report of many seeds', () => {
  test.each([
    ['the verdict and the name come first', /^FAIL {2}many\nD\n/],
    ['it says how many seeds came to which verdict', 'seeds 1 to 4: 2 passed, 1 failed, 1 inconclusive'],
    ['the seeds that did not pass are named', 'did not pass: seeds 2, 3 (inconclusive)\n'],
    ['each threshold has its tally', /^t95\(recovery\) < 1s +2 +1 +1$/m],
    [
      'a figure is spread, in its unit, over the seeds that had it',
      /^t95 recovery +400ms +800ms +2\.0s +1\.1s +833ms +3 of 4$/m,
    ],
    ['a figure that all seeds had says no more', /^exposure +0\.5s +0\.5s +0\.5s +0\.5s +0s$/m],
    ['a figure that no seed had is shown as unknown', /^amplification( +–){5} +0 of 4$/m],
    ['it ends with where everything lies', /results {5}results\/many-seeds\n$/],
  ])('%s', (_title, expected) => {
    expect(text).toMatch(expected);
  });

  test('no line is wider than 80 columns', () => {
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('of an interrupted run it says how many seeds were done', () => {
    const summary = summariseSeeds({ scenario, planned: 20, done });
    expect(seedsReport({ summary, dir: '', colour: false })).toContain('interrupted, 4 of seeds 1 to 20: 2 passed');
  });

  test('of many seeds that did not pass the first are named and the rest counted', () => {
    const failed = Array.from({ length: 30 }, (_, seed) => judged(seed, 'fail', 2000));
    const summary = summariseSeeds({ scenario, planned: 30, done: failed });
    expect(seedsReport({ summary, dir: '', colour: false }).replaceAll(/\s+/g, ' ')).toContain('18, 19, and 10 more');
  });
});
