import { expect, it } from 'vitest';
import { againstFirst, BETTER, comparisonOf, settingOf } from '../../testing/compared.ts';
import { TUNED } from '../../testing/tuned.ts';
import { csvComparison } from './settings.ts';
import { csvRows } from './rows.ts';
import { csvTuning } from './tuning.ts';

function linesOf(csv: string): readonly string[] {
  return csv.trimEnd().split('\n');
}

it('quotes a text that would be read as several cells', () => {
  const rows = [
    ['1,5', null],
    ['say "no"', 2],
  ];
  expect(csvRows(['a', 'b'], rows)).toBe('a,b\n"1,5",\n"say ""no""",2\n');
});

it('has a row for each figure of each setting of a comparison', () => {
  const peak = { peakAttemptsPerSecond: { runs: 6, median: 50, low: 48, high: 56 } };
  const against = againstFirst({ peakAttemptsPerSecond: BETTER });
  const comparison = comparisonOf([settingOf('0s', {}), settingOf('10s', peak, { against })]);
  const [head = '', ...rows] = linesOf(csvComparison(comparison));
  expect(rows).toHaveLength(20);
  expect(rows.every((row) => row.split(',').length === head.split(',').length)).toBe(true);
  expect(rows[10]).toBe(
    '2,tokens.refresh.jitter.uniform=10s,peak-attempts-per-second,per-second,6,50,48,56,ratio,0.125,0.1,0.15,0.03125,0.03125,better,,,,,,,,',
  );
});

it('has a row for each value that was tried', () => {
  const [head = '', ...rows] = linesOf(csvTuning(TUNED));
  expect(head).toMatch(/^value,size,runs,passed,inconclusive,peak_attempts_per_second,/);
  expect(rows[1]).toMatch(/^5s,5000,1,1,0,70,20,1500,1,4,0,40,0,0,0,70$/);
});
