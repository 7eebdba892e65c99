import { describe, expect, it } from 'vitest';
import { refusal } from '../codec/reject.ts';
import { readCount } from './count.ts';

const bounds = { min: 1, max: 1_000_000 };

describe('reading a count', () => {
  it.each([
    [2000, 2000],
    ['2000', 2000],
    ['2k', 2000],
    ['1.5k', 1500],
    ['2.007k', 2007],
    ['1M', 1_000_000],
  ])('takes %j for %d', (input, count) => {
    expect(readCount(input, bounds)).toBe(count);
  });

  it.each([
    [0, 'too few (0) — write a whole number from 1 to 1000000'],
    [-5, 'too few (-5) — write a whole number from 1 to 1000000'],
    ['2M', 'too many ("2M") — write a whole number from 1 to 1000000'],
    [1.5, 'not a whole number (1.5) — write a whole number from 1 to 1000000'],
    ['1m', 'unknown suffix ("1m") — the suffixes are k (thousand) and M (million); m is for minutes, write 1M'],
    ['2K', 'unknown suffix ("2K") — the suffixes are k (thousand) and M (million); write 2k'],
    ['many', 'not a count ("many") — write a whole number from 1 to 1000000'],
    [Number.NaN, 'not a count (null) — write a whole number from 1 to 1000000'],
    [[], 'not a count ([]) — write a whole number from 1 to 1000000'],
    [undefined, 'missing — write a whole number from 1 to 1000000'],
  ])('refuses %j', (input, message) => {
    expect(readCount(input, bounds)).toEqual(refusal(message));
  });
});
