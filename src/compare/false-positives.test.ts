import { COMPARED } from '../storm/figures.ts';
import { describe, expect, it } from 'vitest';
import { compareRuns, type ComparedRun, type SettingRuns } from './compare-runs.ts';
import type { Comparison } from './comparison.ts';
import { findingsOf, type SamplePair } from './comparison-test.ts';
import { drawsFrom, figuresAbout, normal, runOf } from './experiments.test.helper.ts';
import { turnsOf } from './order.ts';

const EXPERIMENTS = 1000;
/** standard deviation between runs of one setting, as a share of the figure */
const DEVIATION = 0.08;

interface Experiment {
  readonly pairs: number;
  /** ratio of the second setting's figures to the first's */
  readonly times?: number;
  /** growth of the figures over the experiment, as on a machine that warms up */
  readonly drift?: (done: number) => number;
  readonly count?: number;
}

/** Comparisons of two settings whose runs alternate as in `squall compare`. */
function* experiments({ pairs, times = 1, drift = () => 1, count = EXPERIMENTS }: Experiment): Generator<Comparison> {
  const draw = drawsFrom(pairs);
  for (let n = 0; n < count; n++) {
    const runs: ComparedRun[][] = [[], []];
    let done = 0;
    for (let round = 0; round < pairs; round++) {
      for (const { setting } of turnsOf(round, 2)) {
        const mean = 100 * (setting === 1 ? times : 1) * drift(done / (2 * pairs));
        runs[setting]?.push(runOf(round, figuresAbout(mean, DEVIATION, draw)));
        done += 1;
      }
    }
    const settings = runs.map((each, index): SettingRuns => ({
      varied: [{ path: 'x', value: String(index) }],
      thresholds: [],
      runs: each,
    }));
    yield compareRuns({
      scenario: 'synthetic',
      scenarioDescription: '',
      world: 'live',
      pairs: { planned: pairs, seed: 1 },
      interrupted: false,
      settings,
    });
  }
}

/** The share of figures, over all experiments, with evidence of these kinds. */
function shareOf(experiment: Experiment, ...kinds: readonly string[]): number {
  let [found, all] = [0, 0];
  for (const { settings } of experiments(experiment)) {
    for (const test of Object.values(settings[1]?.against ?? {})) {
      all += 1;
      if (kinds.includes(test?.evidence ?? '')) found += 1;
    }
  }
  return found / all;
}

/** The share of experiments with evidence of a difference in any figure. */
function shareOfAny(experiment: Experiment): number {
  let found = 0;
  for (const { settings } of experiments(experiment)) {
    const tests = Object.values(settings[1]?.against ?? {});
    if (tests.some((test) => test?.evidence === 'better' || test?.evidence === 'worse')) found += 1;
  }
  return found / EXPERIMENTS;
}

const DRIFTS = [
  { title: 'no drift', drift: () => 1 },
  { title: 'a drift of 50 %', drift: (done: number) => 1 + done / 2 },
  { title: 'a drift to three times, faster and faster', drift: (done: number) => 1 + 2 * done * done },
  { title: 'a jump of 40 % half way', drift: (done: number) => (done < 0.5 ? 1 : 1.4) },
] as const;

describe('a comparison of equal settings', () => {
  it.each(DRIFTS.map((each, n) => ({ pairs: 6 + 2 * (n % 2), ...each })))(
    'with $pairs pairs and $title finds a difference in any of eight figures in at most 6 % of 1,000 experiments',
    ({ pairs, drift }) => {
      expect(shareOfAny({ pairs, drift })).toBeLessThanOrEqual(0.06);
    },
  );

  it('finds one in at most 6 % of 300 unpaired experiments', () => {
    const count = 300;
    const draw = drawsFrom(8);
    const group = (): number[] => Array.from({ length: 6 }, () => 100 * (1 + DEVIATION * normal(draw)));
    const all = Array.from({ length: count }, () =>
      findingsOf(
        COMPARED.map((): SamplePair => ({ first: group(), other: group() })),
        'unpaired',
      ),
    );
    const found = all.filter((findings) => findings.some(({ evidence }) => evidence !== 'none'));
    expect(found.length / count).toBeLessThanOrEqual(0.06);
  });

  it('never finds one with five pairs, which are too few', () => {
    expect(shareOf({ pairs: 5, count: 100 }, 'too few')).toBe(1);
  });
});

describe('a comparison of settings that differ by 20 %', () => {
  it.each([
    { ...DRIFTS[0], times: 1.2, evidence: 'worse' },
    { ...DRIFTS[1], times: 0.8, evidence: 'better' },
  ])(
    'with 8 pairs and $title finds it in at least 90 % of 500 experiments, as $evidence',
    ({ drift, times, evidence }) => {
      expect(shareOf({ pairs: 8, times, drift, count: 500 }, evidence)).toBeGreaterThanOrEqual(0.9);
    },
  );

  it('has the ratio within its interval in 95 % of 8,000 comparisons', () => {
    let [within, all] = [0, 0];
    for (const { settings } of experiments({ pairs: 8, times: 1.2 })) {
      for (const test of Object.values(settings[1]?.against ?? {})) {
        all += 1;
        if ((test?.low ?? Infinity) <= 1.2 && (test?.high ?? 0) >= 1.2) within += 1;
      }
    }
    expect(within / all).toBeGreaterThanOrEqual(0.945);
  });
});
