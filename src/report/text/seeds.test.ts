import { describe, expect, test } from 'vitest';
import type { SeedRun } from '../../results/seeds-line.ts';
import { planSeeds, type Setting } from '../../results/seeds-plan.ts';
import { summariseSeeds } from '../../results/seeds-summary.ts';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { figuresOf } from '../../storm/figures.ts';
import { measured } from '../../testing/measured.ts';
import { seedsReport } from './seeds.ts';

const long = `p99(handshake) < ${'9'.repeat(60)}ms`;
const scenario = parseScenario(
  `{ name: many, description: D, duration: 20s, clients: { count: 9 }, thresholds: [t95(recovery) < 1s, ${long}] }`,
  'many.yaml',
);
const NO_FIGURES = figuresOf(measured({ elapsedMs: 1000 }), []);

function seedRun(seed: number, verdict: SeedRun['verdict'], t95RecoveryMs: number | null): SeedRun {
  const ok = t95RecoveryMs === null ? null : t95RecoveryMs < 1000;
  return {
    setting: 1,
    seed,
    verdict,
    reasons: [],
    figures: { ...NO_FIGURES, t95RecoveryMs, peakAttemptsPerSecond: 123_456 * seed, exposureMs: 500 },
    thresholds: scenario.thresholds.map(({ expression }) => ({
      expression,
      value: t95RecoveryMs,
      intended: null,
      ok,
      text: '',
      open: null,
    })),
  };
}

const done = [
  seedRun(1, 'pass', 400),
  seedRun(2, 'fail', 2000),
  seedRun(3, 'inconclusive', null),
  seedRun(4, 'pass', 800),
];
const ONE: readonly [Setting] = [{ varied: [], scenario }];

function reported(runs: readonly SeedRun[], planned: number, settings: readonly [Setting, ...Setting[]] = ONE): string {
  const summary = summariseSeeds({ plan: planSeeds(settings, planned), done: runs, early: 'interrupted' });
  return seedsReport({ summary, dir: 'results/many-seeds', colour: false });
}

const text = reported(done, 4);

describe('the report of many seeds', () => {
  test.each([
    ['the verdict and the name come first', /^FAIL {2}many\nD\n/],
    ['it counts the seeds of each verdict', 'seeds 1 to 4: 2 passed, 1 failed, 1 inconclusive'],
    ['the seeds that did not pass are named', 'did not pass: seeds 2, 3 (inconclusive)\n'],
    ['each threshold has its tally', /^t95\(recovery\) < 1s +2 +1 +1$/m],
    [
      'a figure is spread, in its unit, over the seeds that had it',
      /^t95 recovery +0\.400s +0\.800s +2\.000s +1\.067s +0\.833s +3 of 4$/m,
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
    expect(reported(done, 20)).toContain('interrupted, 4 of seeds 1 to 20: 2 passed');
  });

  test('of many seeds that did not pass the first are named and the rest counted', () => {
    const failed = Array.from({ length: 30 }, (_, seed) => seedRun(seed + 1, 'fail', 2000));
    expect(reported(failed, 30).replaceAll(/\s+/g, ' ')).toContain('19, 20, and 10 more');
  });
});

describe('the report of many settings', () => {
  const other = { ...scenario, thresholds: scenario.thresholds.slice(0, 1) };
  const settings: readonly [Setting, Setting] = [
    { varied: [{ path: 'tokens.refresh.jitter.uniform', value: '0s' }], scenario },
    {
      varied: [
        { path: 'tokens.refresh.jitter.uniform', value: '30s' },
        { path: 'clients.backoff', value: 'reconnecting-\u001B[31mwebsocket' },
      ],
      scenario: other,
    },
  ];
  const second = [seedRun(1, 'pass', 100), seedRun(2, 'pass', 300)].map((run) => ({
    ...run,
    setting: 2,
    thresholds: run.thresholds.slice(0, 1),
  }));
  const compared = reported([seedRun(1, 'fail', 2000), seedRun(2, 'pass', 400), ...second], 2, settings);

  test.each([
    ['it says how many of what there are', '4 simulations, 2 settings with seeds 1 to 2: 3 passed, 1 failed'],
    ['each setting has its varied values and its verdicts', /^#1 +tokens\.refresh\.jitter\.uniform=0s +1 +1 +0$/m],
    [
      'a setting too long for its column goes on below',
      /^#2 +tokens\S+=30s, +2 +0 +0\n +clients\.backoff=reconnecting-/m,
    ],
    [
      'a threshold has a table of settings',
      /^t95\(recovery\) < 1s +passed .*\n#1 0s +1 +1 +0\n#2 30s, reconnecting\S+ +2 +0 +0$/m,
    ],
    [
      'a threshold that only one setting has is shown for that one',
      /^p99\(handshake\) < 9+ms\n +passed.*\n#1 0s .*\n\n/m,
    ],
    [
      'a figure has a table of settings, spread over their seeds',
      /^t95 recovery +min .*\n#1 0s +0\.400s +1\.200s +2\.000s +1\.200s +1\.131s\n#2 30s, reconnecting-\S+websocket\n +0\.100s +0\.200s +0\.300s +0\.200s +0\.141s$/m,
    ],
    ['figures that no run had have no table', /^without data in every seed: storms, spike factor, amplification, /m],
  ])('%s', (_title, expected) => {
    expect(compared).toMatch(expected);
  });

  test('no line is wider than 80 columns, and nothing steers the terminal', () => {
    expect(compared.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(compared).not.toContain('\u001B');
  });

  test('the number of settings shown is bounded', () => {
    const many = Array.from({ length: 130 }, (_, n) => ({
      varied: [{ path: 'clients.count', value: `${n}` }],
      scenario,
    }));
    expect(reported([], 1, [settings[0], ...many])).toContain('and 31 more: summary.json has all of them');
  });
});
