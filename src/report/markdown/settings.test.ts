import { describe, expect, it } from 'vitest';
import { againstFirst, BETTER, comparisonOf, settingOf } from '../../testing/compared.ts';
import { TUNED } from '../../testing/tuned.ts';
import { markdownComparison } from './comparison.ts';
import { markdownTuning } from './tuning.ts';

const LIMIT = 'peak(attempts) < 75/s';
const values = { runs: 6, median: 52, low: null, high: null };
const held = { thresholds: [{ expression: LIMIT, passed: 6, failed: 0, noData: 0, open: 0, values, intended: null }] };

function peak(median: number) {
  return { peakAttemptsPerSecond: { runs: 6, median, low: null, high: null } };
}

describe('the Markdown of a comparison', () => {
  it('begins with the recommendation, and has a table of all figures', () => {
    const against = againstFirst({ peakAttemptsPerSecond: BETTER });
    const two = settingOf('10s', peak(50), { against, ...held });
    const text = markdownComparison(comparisonOf([settingOf('0s', peak(400)), two]));
    expect(text).toMatch(/^### squall: comparison – `storm`\n\n2 settings, .*\n\n\*\*`Take jitter=10s: it meets/);
    expect(text).toContain('| #2 | `tokens.refresh.jitter.uniform=10s` | 6 | 0 | 0 | ✅ recommended; unbeaten |');
    expect(text).toContain('| peak attempts | 400/s | 50/s, ×0.125 (p 0.031) **better** |');
    expect(text).toContain(`| \`${LIMIT}\` |  | ✅ 52/s, 6 of 6 |`);
  });

  it('strikes nothing out where there is no evidence', () => {
    const against = againstFirst({ peakAttemptsPerSecond: { ...BETTER, adjustedP: 0.5, evidence: 'none' } });
    const two = settingOf('10s', peak(50), { against });
    expect(markdownComparison(comparisonOf([settingOf('0s', peak(400)), two]))).toContain('×0.125 (p \\~0.50) |');
  });
});

describe('the Markdown of a tuning', () => {
  it('has the value, the live runs and the trade-off, without markup from a remote', () => {
    const text = markdownTuning(TUNED);
    expect(text).toMatch(/^### ✅ squall: tuning – `cliff`\n/);
    expect(text).toContain('- ✅ `live run at 5s: pass, as simulated`');
    expect(text).toContain('| ✅ | **`5s`** | 1 of 1 | 70/s | 70/s |');
    expect(text).not.toContain('\u001b');
  });

  it('claims no failure where nothing was shown', () => {
    const [first, ...rest] = TUNED.tried;
    const open = { ...first!, runs: { done: 1, passed: 0, inconclusive: 1 } };
    const text = markdownTuning({ ...TUNED, tried: [open, ...rest], found: null, ended: 'interrupted', live: [] });
    expect(text).toMatch(/^### ❔ .*\n[^]*\| ❔ \| `0s` \| 0 of 1 /);
  });
});
