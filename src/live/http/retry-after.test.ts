import { expect, test } from 'vitest';
import { retryAfterText } from '../../metrics/wall-clock.ts';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.parse('2026-11-29T12:00:00.400Z');
const DAY_MS = 86_400_000;

test.each([
  [null, 0],
  ['5', 5000],
  [' 0 ', 0],
  ['Sun, 29 Nov 2026 12:00:05 GMT', 4600],
  ['Sun, 29 Nov 2026 11:00:05 GMT', 0],
  ['Sun Nov 29 12:00:05 2026', 4600],
  ['Sunday, 29-Nov-26 12:00:05 GMT', 4600],
  ['Tue Dec  1 12:00:00 2026', DAY_MS],
  ['999999999', DAY_MS],
  ['Fri, 01 Jan 9999 00:00:00 GMT', DAY_MS],
  ['99999999999999999999', DAY_MS],
  ['-5', 0],
  ['1e9', 0],
  ['soon', 0],
  ['Sun, soon', 0],
  ['', 0],
])('%j is a delay of %d ms', (value, ms) => {
  expect(retryAfterMs(value, NOW)).toBe(ms);
});

test.each(['seconds', 'date'] as const)('what the embedded target says in %s is understood', (as) => {
  const ms = retryAfterMs(retryAfterText({ seconds: 5, as }, NOW), NOW);
  expect(ms).toBeGreaterThanOrEqual(5000);
  expect(ms).toBeLessThan(6000);
});

test('a client whose clock is ahead waits less for a date, and as long for a number of seconds', () => {
  const ahead = NOW + 2000;
  expect(retryAfterMs('Sun, 29 Nov 2026 12:00:05 GMT', ahead)).toBe(2600);
  expect(retryAfterMs('5', ahead)).toBe(5000);
});
