import { describe, expect, test } from 'vitest';
import { duration, instant, wholeNumber } from './arguments.ts';
import { UsageError } from './usage-error.ts';

describe('the values of options', () => {
  test.each(['0', '7', '65535'])('%s is a port', (text) => {
    expect(wholeNumber('--port', 0, 65_535)(text)).toBe(Number(text));
  });

  test.each(['', '-1', '65536', '1.5', '0x10', '1e3', ' 7', 'seven'])('%j is no port', (text) => {
    expect(() => wholeNumber('--port', 0, 65_535)(text)).toThrow(
      new UsageError(`--port ${text}: a whole number from 0 to 65535 is needed`),
    );
  });

  test('a duration has a unit', () => {
    expect(duration('--lifetime')('1.5m')).toBe(90_000);
    expect(() => duration('--lifetime')('90')).toThrow('--lifetime 90: a duration with its unit is needed');
    expect(() => duration('--lifetime')('0s')).toThrow(UsageError);
  });

  test('an instant is ISO 8601, or absent', () => {
    expect(instant('--expires-at')('2026-11-23T18:04:05.5Z')).toBe(Date.UTC(2026, 10, 23, 18, 4, 5, 500));
    expect(instant('--expires-at')(undefined)).toBeUndefined();
    for (const text of ['2026', '2026-13-01T00:00:00Z', 'now', '1700000000']) {
      expect(() => instant('--expires-at')(text)).toThrow(UsageError);
    }
  });

  test('an option is given once', () => {
    expect(() => duration('--lifetime')(['1s', '2s'])).toThrow('--lifetime is given 2 times; give it once');
  });
});

test('a number of clients may be written as in a scenario', () => {
  const clients = wholeNumber('--clients', 1, 10_000_000);
  expect(['20k', '1.5k', '2M'].map((text) => clients(text))).toEqual([20_000, 1500, 2_000_000]);
  expect(() => clients('20M')).toThrow('--clients 20M: a whole number from 1 to 10000000 is needed');
});
