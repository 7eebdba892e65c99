import { describe, expect, test } from 'vitest';
import type { ComparisonTest, SettingCompared } from '../../compare/comparison.ts';
import { againstFirst, BETTER, comparisonOf, settingOf } from '../../testing/compared.ts';
import { measured } from '../../testing/measured.ts';
import { comparisonPage, type ComparedRun } from './comparison.ts';

function setting(value: string, median: number, contest: ComparisonTest | null): SettingCompared {
  const peak = { runs: 6, median, low: median - 10, high: median + 10 };
  return settingOf(
    value,
    { peakAttemptsPerSecond: peak },
    {
      runs: { done: 6, conclusive: 6, open: 0, passed: contest === null ? 0 : 6, lockedOut: 0 },
      against: contest === null ? null : againstFirst({ peakAttemptsPerSecond: contest }),
      unbeaten: contest !== null,
    },
  );
}

function page(runs: readonly ComparedRun[], text = 'Take 10s: it meets the thresholds.'): string {
  const settings = [setting('0s', 400, null), setting('10s', 50, BETTER)];
  return comparisonPage({ comparison: comparisonOf(settings, { recommendation: { setting: 2, text } }), runs });
}

function run(number: number, attempts: number): ComparedRun {
  const { curves } = measured({ elapsedMs: 10_000, series: { attempts: [[5000, attempts]] } });
  return { number, curves, durationMs: 10_000, faults: [] };
}

describe('the page of a comparison', () => {
  test('it begins with the recommendation', () => {
    expect(page([])).toMatch(/COMPARISON[^]*Take 10s: it meets the thresholds\.[^]*✓ recommended/);
  });

  test('each setting stands against the first, in words too', () => {
    expect(page([])).toMatch(/#2 10s<[^]*>50\/s<[^]*>×0\.125<[^]*>0\.1…0\.15<[^]*>0\.031<[^]*>better</);
  });

  test('the curves of its runs lie over one another, each dashed in its own way and named', () => {
    const text = page([run(1, 400), run(2, 50)]);
    for (const line of ['l0', 'l1'])
      expect(text.match(new RegExp(`class="${line}"\\s+d="M0,100L`, 'g'))).toHaveLength(2);
    expect(text).toContain('#1 peaks at 400/s at 5.0s, #2 peaks at 50/s at 5.0s');
    expect(text).toMatch(/<\/svg\s*>\s*#2 tokens\.refresh\.jitter\.uniform=10s/);
  });

  test('without folders of runs there are no curves, and the rest is there', () => {
    expect(page([])).not.toContain('<svg viewBox');
    expect(page([run(1, 1)])).toContain('1 without a curve here');
  });

  test('text of a file stays text', () => {
    expect(page([], '<script>alert(1)</script>')).toContain('&lt;script&gt;');
  });
});
