import { describe, expect, it } from 'vitest';
import type { Comparison, SettingCompared, Span } from '../../compare/comparison.ts';
import { againstFirst, BETTER, comparisonOf, settingOf as setting } from '../../testing/compared.ts';
import { compareReport } from './comparison.ts';

const PEAK: Span = { runs: 6, median: 400, low: 390, high: 410 };

function report(settings: readonly SettingCompared[], rest: Partial<Comparison> = {}): string {
  return compareReport({ comparison: comparisonOf(settings, rest), dir: null, colour: false });
}

describe('the report of a comparison', () => {
  const against = againstFirst({ peakAttemptsPerSecond: BETTER });
  const one = setting('0s', { peakAttemptsPerSecond: PEAK }, { unbeaten: false });
  const two = setting('10s', { peakAttemptsPerSecond: { ...PEAK, median: 50, low: 48, high: 56 } }, { against });

  it('begins with the recommendation, then shows the settings and each figure', () => {
    const text = report([one, two]);
    expect(text.indexOf('Take jitter=10s')).toBeLessThan(text.indexOf('peak attempts'));
    expect(text).toContain('2 settings, 12 of 12 live runs with seeds 1 to 6, in turns (A B B A)');
    expect(text).toMatch(/^#2 \* {2}tokens\.refresh\.jitter\.uniform=10s +6 +0 +0$/m);
    expect(text).toMatch(/^#2 10s +50\/s +48\/s … 56\/s +×0\.125 +0\.1…0\.15 +0\.031$/m);
    expect(text).toContain('without data in every run: spike factor');
  });

  it.each([
    [{ ...BETTER, p: 0.03125, adjustedP: 0.4375, evidence: 'none' } as const, /×0\.125 +0\.1…0\.15 +~0\.44$/m],
    [
      { ...BETTER, p: null, adjustedP: null, low: null, high: null, evidence: 'too few' } as const,
      /×0\.125 +needs 6 pairs$/m,
    ],
    [{ ...BETTER, by: 'difference', value: -4, low: -5, high: 3 } as const, /−4\/s +−5\/s…\+3\/s +0\.031$/m],
    [{ ...BETTER, value: 0.0000011, low: 0.000001, high: 0.0000012 } as const, / ×1\.1e-6 +1\.0e-6…1\.2e-6 +0\.031$/m],
    [{ ...BETTER, by: 'order', value: null, low: null, high: null } as const, /– +0\.031$/m],
  ])('shows %j as such', (contest, row) => {
    const other = setting(
      '10s',
      { peakAttemptsPerSecond: PEAK },
      { against: againstFirst({ peakAttemptsPerSecond: contest }) },
    );
    expect(report([one, other])).toMatch(row);
  });

  it('keeps its columns apart with a million clients', () => {
    const peak: Span = { runs: 6, median: 1e6, low: 1e6, high: 1_250_000 };
    const text = report([one, setting('10s', { peakAttemptsPerSecond: peak })]);
    expect(text).toMatch(/^#2 10s +1\.00M\/s +1\.00M\/s … 1\.25M\/s$/m);
  });

  it('counts the runs that were left out, with the reason, and shows no control character of it', () => {
    const some = setting(
      '10s',
      { t95RecoveryMs: { runs: 5, median: 'never', low: null, high: null } },
      {
        runs: { done: 6, conclusive: 5, open: 0, passed: 5, lockedOut: 0 },
        leftOut: [{ reason: 'saturated\u001b[31m', runs: 1 }],
      },
    );
    const text = report([one, some]);
    expect(text).toContain('1 left out: saturated[31m');
    expect(text).toMatch(/^#2 10s +never$/m);
  });

  it('has no line of more than 80 columns', () => {
    const long = Array.from({ length: 4 }, (_, n) => ({ path: `clients.backoff.field${n}`, value: '123456.789ms' }));
    const text = report(
      [
        { ...one, varied: long },
        { ...two, varied: long },
      ],
      { scenarioDescription: 'x '.repeat(200) },
    );
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});
