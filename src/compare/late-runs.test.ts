import { describe, expect, it } from 'vitest';
import { COMPARED } from '../storm/figures.ts';
import { compareReport } from '../report/text/comparison.ts';
import { comparisonPage } from '../report/html/comparison.ts';
import { csvComparison } from '../report/csv/settings.ts';
import { markdownComparison } from '../report/markdown/comparison.ts';
import { compareRuns, type ComparedRun } from './compare-runs.ts';
import { parseComparison } from './comparison.ts';
import { drawsFrom, normal, runOf } from './experiments.test.helper.ts';

const LIMIT = 'peak(attempts) < 300/s';

/** Runs of one setting: peaks as offered, and as intended. */
function late(
  peaks: readonly (readonly [offered: number, intended: number])[],
  isOpen = false,
): readonly ComparedRun[] {
  return peaks.map(([offered, intended], round) => {
    const decided = offered < 300 && intended < 300 ? 'pass' : 'fail';
    const ok = isOpen ? null : decided === 'pass';
    const open = isOpen ? ({ why: 'generator', clients: 100 } as const) : null;
    const run = runOf(round, { peakAttemptsPerSecond: offered }, isOpen ? 'inconclusive' : decided, [
      { expression: LIMIT, value: offered, intended, ok, text: `${intended}/s intended, ${offered}/s offered`, open },
    ]);
    return { ...run, isOpen, intended: { ...run.figures, peakAttemptsPerSecond: intended } };
  });
}

function onTime(values: readonly number[]): readonly ComparedRun[] {
  return late(values.map((value) => [value, value])).map((run) => ({ ...run, intended: null }));
}

function compared(settings: Readonly<Record<string, readonly ComparedRun[]>>, paired = true) {
  return compareRuns({
    scenario: 'storm',
    scenarioDescription: '',
    world: 'live',
    pairs: paired ? { planned: 6, seed: 1 } : null,
    interrupted: false,
    settings: Object.entries(settings).map(([value, runs]) => ({
      varied: [{ path: 'jitter', value }],
      thresholds: [LIMIT],
      runs,
    })),
  });
}

const CALM = [100, 101, 99, 102, 98, 100.5];

/** The same runs, `offered` times as high as offered and `intended` times as intended. */
function scaled(offered: number, intended: number, isOpen = false): readonly ComparedRun[] {
  return late(
    CALM.map((peak) => [peak * offered, peak * intended]),
    isOpen,
  );
}

/** Whether each of two settings is unbeaten, the first of which is on time. */
function unbeaten(other: readonly ComparedRun[]) {
  return compared({ '0s': onTime(CALM), '5s': other }).settings.map((setting) => setting.unbeaten);
}

/** Comparisons of figures about 100 as intended, and lower as offered by a lateness that only one setting has. */
function* experiments(count: number, lateness: number) {
  const draw = drawsFrom(count);
  for (let n = 0; n < count; n++) yield compared({ a: drawn(0, draw), b: drawn(lateness, draw) });
}

function drawn(lateness: number, draw: () => number): readonly ComparedRun[] {
  return Array.from({ length: 6 }, (_, round) => {
    const values = COMPARED.map((name) => {
      const intended = 100 * (1 + 0.08 * normal(draw));
      return [name, intended * (1 - lateness * draw()), intended] as const;
    });
    const run = runOf(round, Object.fromEntries(values.map(([name, offered]) => [name, offered])));
    const intended = Object.fromEntries(values.map(([name, , onTimeValue]) => [name, onTimeValue]));
    return { ...run, intended: { ...run.figures, ...intended } };
  });
}

describe('a comparison of runs that squall was late with', () => {
  it.each([
    { title: 'lower in both', other: scaled(0.5, 0.6), evidence: 'better' },
    { title: 'higher in both', other: scaled(2, 2.9), evidence: 'worse' },
    { title: 'higher only as intended', other: scaled(1, 2.5), evidence: 'open' },
    { title: 'lower as offered and higher as intended', other: scaled(0.5, 2), evidence: 'open' },
    { title: 'the same in both', other: scaled(1, 1), evidence: 'none' },
  ])('states a difference only where both views show it: $title', ({ other, evidence }) => {
    for (const paired of [true, false]) {
      const { settings } = compared({ '0s': onTime(CALM), '5s': other }, paired);
      expect(settings[1]?.against?.peakAttemptsPerSecond?.evidence).toBe(evidence);
    }
  });

  it('gives the larger p, and the size of the difference in both views', () => {
    const few = late([
      [40, 90],
      [50, 120],
      [45, 80],
      [50, 70],
      [40, 95],
      [45, 99],
    ]);
    const test = compared({ '0s': onTime(CALM), '5s': few }).settings[1]?.against?.peakAttemptsPerSecond;
    const offered = compared({ '0s': onTime(CALM), '5s': onTime([40, 50, 45, 50, 40, 45]) });
    const intended = compared({ '0s': onTime(CALM), '5s': onTime([90, 120, 80, 70, 95, 99]) });
    const of = (comparison: typeof offered) => comparison.settings[1]!.against!.peakAttemptsPerSecond!;
    expect(test?.p).toBe(Math.max(of(offered).p!, of(intended).p!));
    expect(test?.value).toBe(of(offered).value);
    expect(test?.intended?.value).toBe(of(intended).value);
    expect(test?.evidence).toBe('open');
  });

  it('counts runs whose thresholds the lateness leaves open in every figure, in both views', () => {
    const { settings, conclusive } = compared({ '0s': onTime(CALM), '5s': scaled(2, 4, true) });
    expect(settings[1]).toMatchObject({
      runs: { done: 6, conclusive: 0, open: 6, passed: 0 },
      leftOut: [],
      figures: { peakAttemptsPerSecond: { runs: 6, median: 200.5 } },
      intended: { peakAttemptsPerSecond: { runs: 6, median: 401 } },
      thresholds: [{ open: 6, noData: 0, failed: 0, passed: 0, intended: { median: 401 } }],
      against: { peakAttemptsPerSecond: { evidence: 'worse' } },
    });
    expect(conclusive).toBe(true);
  });

  it('leaves other runs without a verdict out', () => {
    const damaged = scaled(2, 4, true).map((run) => ({ ...run, isOpen: false, reasons: ['a worker died'] }));
    const { settings } = compared({ '0s': onTime(CALM), '5s': damaged });
    expect(settings[1]).toMatchObject({
      runs: { done: 6, conclusive: 0, open: 0 },
      leftOut: [{ reason: 'a worker died', runs: 6 }],
      figures: { peakAttemptsPerSecond: { runs: 0 } },
    });
  });

  it('recommends no setting that would fail without the lateness', () => {
    const { recommendation } = compared({ '0s': scaled(2, 4, true), '5s': onTime(CALM.map((n) => n * 4)) });
    expect(recommendation.setting).toBeNull();
    expect(recommendation.text).toBe(
      `No setting was shown to meet the thresholds: 0s was left open by squall's own lateness in 6 of 6 runs (${LIMIT} in 6); 5s failed 6 of 6 runs (${LIMIT} in 6).`,
    );
    const other = compared({ '0s': scaled(2, 4, true), '5s': onTime(CALM) }).recommendation;
    expect(other.setting).toBe(2);
    expect(other.text).toContain("; 0s was left open by squall's own lateness in 6 of 6 runs");
  });

  it('lets no setting be beaten by one view alone', () => {
    expect(unbeaten(scaled(0.5, 0.6))).toEqual([false, true]);
    expect(unbeaten(scaled(0.5, 1))).toEqual([true, true]);
    expect(unbeaten(scaled(1, 2))).toEqual([true, true]);
  });

  it('is shown in every report', () => {
    const comparison = compared({ '0s': onTime(CALM), '5s': scaled(1, 4, true) });
    expect(parseComparison(JSON.stringify(comparison))).toEqual(comparison);
    const text = compareReport({ comparison, dir: null, colour: false });
    expect(text).toMatch(/^#2 5s .*100\/s .*×1 .*open$/m);
    expect(text).toMatch(/^ {2}as intended .*401\/s .*×4/m);
    expect(text).toContain("6 left open by squall's own lateness");
    expect(text).toContain('0 of 6, 6 open');
    const page = comparisonPage({ comparison, runs: [] });
    expect(page).toContain('<span class="word doubt">open</span>');
    expect(page).toContain('– as intended');
    expect(markdownComparison(comparison)).toMatch(/100\/s \(401\/s as intended\), ×1 \(p open\)/);
    const row = csvComparison(comparison)
      .split('\n')
      .find((line) => line.startsWith('2,') && line.includes(',peak-attempts'));
    expect(row).toContain(',open,');
    expect(row).toContain(',401,');
  });

  it('is shown as any other where no run was late', () => {
    const reports = (runs: readonly ComparedRun[]) => {
      const comparison = compared({ '0s': onTime(CALM), '5s': runs });
      return [
        compareReport({ comparison, dir: null, colour: false }),
        comparisonPage({ comparison, runs: [] }),
        markdownComparison(comparison),
      ].join('\n');
    };
    expect(reports(onTime(CALM))).not.toMatch(/as intended|open/);
  });
});

describe('a comparison of equal settings', () => {
  it.each([0, 0.2, 0.8])(
    'finds no difference that a lateness of one of them by up to %f makes, but for 5 % of 400 experiments',
    (lateness) => {
      let found = 0;
      for (const { settings } of experiments(400, lateness)) {
        const evidence = new Set(Object.values(settings[1]?.against ?? {}).map((test) => test?.evidence));
        if (evidence.has('better') || evidence.has('worse')) found += 1;
      }
      expect(found / 400).toBeLessThanOrEqual(0.06);
    },
  );
});
