import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barText, countText, durationIn, durationText, figureText, timeText } from './format.ts';

describe('countText', () => {
  it.each([
    [0, '0'],
    [1994, '1994'],
    [9_999, '9999'],
    [9_999.6, '10.0k'],
    [12_345, '12.3k'],
    [99_960, '100k'],
    [999_499, '999k'],
    [999_500, '1.00M'],
    [1_250_000, '1.25M'],
    [12_000_000, '12M'],
    [Number.NaN, '–'],
  ])('writes %d as %s', (count, text) => {
    expect(countText(count)).toBe(text);
  });

  it('takes at most five characters below ten thousand million', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 9_999_000_000 }), (count) => countText(count).length <= 5));
  });
});

describe('durationText', () => {
  it.each([
    [null, '–'],
    [0, '0us'],
    [0.42, '420us'],
    [0.9996, '1.0ms'],
    [1.23, '1.2ms'],
    [9.96, '10ms'],
    [409, '409ms'],
    [999.6, '1.0s'],
    [59_949, '59.9s'],
    [59_960, '1m00s'],
    [125_000, '2m05s'],
    [3_599_600, '1h00m'],
    [3_720_000, '1h02m'],
  ])('writes %s ms as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('takes at most six characters up to a day', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 86_400_000 }), (ms) => durationText(ms).length <= 6));
  });
});

describe('timeText', () => {
  it.each([
    [0, '0.0s'],
    [12_345, '12.3s'],
    [59_960, '1m00s'],
    [3_600_000, '1h00m'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(timeText(ms)).toBe(text);
  });
});

describe('barText', () => {
  it('is exactly as long as asked for, whatever the share', () => {
    fc.assert(
      fc.property(fc.double(), fc.integer({ min: 1, max: 300 }), (share, columns) => {
        expect(barText(share, columns, '░')).toHaveLength(columns);
      }),
    );
  });

  it('shows a share too small for a column as one column', () => {
    expect(barText(0.000_1, 5, '░')).toBe('█░░░░');
  });
});

describe('figureText', () => {
  it.each([
    [null, '–'],
    [3, '3'],
    [1.23456, '1.235'],
  ])('writes %s as %s', (value, text) => {
    expect(figureText(value)).toBe(text);
  });
});

it.each([
  [
    [3100, 38, 871, 0],
    ['3.100s', '0.038s', '0.871s', '0.000s'],
  ],
  [
    [184_200, 1500],
    ['184.2s', '1.5s'],
  ],
  [
    [42.5, 9],
    ['42.5ms', '9.0ms'],
  ],
  [
    [0.9, 0.02],
    ['900us', '20us'],
  ],
  [
    [4000, null],
    ['4.000s', '–'],
  ],
])('the durations of a column, %j, have one unit', (values, texts) => {
  const longestMs = Math.max(...values.map((ms) => ms ?? 0));
  expect(values.map((ms) => durationIn(ms, longestMs))).toEqual(texts);
});
