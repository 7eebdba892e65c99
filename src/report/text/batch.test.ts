import { expect, test } from 'vitest';
import type { Summary } from '../../results/summary.ts';
import { endingOf, batchReport, type BatchRow } from './batch.ts';

const SKIPPED: BatchRow = {
  file: 'a.yaml',
  scenario: 'a',
  outcome: 'skipped',
  met: null,
  reason: 'it expects a verdict of `squall simulate` only',
  results: null,
  figures: null,
  summary: null,
};
const REFUSED: BatchRow = {
  ...SKIPPED,
  scenario: 'name\u001b[31m-that-is-longer-than-the-column-has-room-for',
  outcome: 'refused',
  met: false,
  reason: 'no room for 200000 clients: ask for fewer',
};

test('a scenario that did not run has its reason below it, and no figures', () => {
  expect(batchReport([SKIPPED, REFUSED], 3, false)).toBe(`\
scenario                 verdict       expected     peak     t95    dup duration
a                        skipped       –
    it expects a verdict of \`squall simulate\` only
name[31m-that-is-longer-than-the-column-has-room-for
                         refused       NOT MET
    no room for 200000 clients: ask for fewer

0 of 3 ended as expected, 1 did not, 1 skipped, 1 not begun
`);
});

test.each([
  ['skipped', SKIPPED],
  ['refused, not as expected', REFUSED],
])('it is said in a few words: %s', (words, row) => {
  expect(endingOf(row)).toBe(words);
});

test('no line is wider than a terminal of 80 columns', () => {
  const reason = 'a reason in many words, '.repeat(20);
  const lines = batchReport([{ ...REFUSED, reason }], 1, false).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBe(80);
});

test('an unmet expectation is shown', () => {
  const expectation: Summary['expectation'] = { verdict: 'fail', because: ['ready >= 99%', 'lost == 0'], met: false };
  const summary = { expectation, verdict: 'pass', reasons: [], durationMs: 9000 } as unknown as Summary;
  const report = batchReport([{ ...SKIPPED, outcome: 'ran', met: false, reason: null, summary }], 1, false);
  expect(report).toMatch(/^a +pass +NOT MET +– +– +– +9\.0s\n {4}expected: fail because of ready >= 99%, lost == 0$/m);
});
