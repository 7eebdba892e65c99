import { expect, test } from 'vitest';
import { durationText, figureText, timeText } from './units.ts';

test.each([
  [null, '–'],
  [Number.NaN, '–'],
  [0, '0us'],
  [0.42, '420us'],
  [1.24, '1.2ms'],
  [9.96, '10ms'],
  [120.4, '120ms'],
  [999.6, '1.0s'],
  [12_340, '12.3s'],
  [125_000, '2m05s'],
])('a latency of %s ms reads %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test.each([
  [0, '0.0s'],
  [59_940, '59.9s'],
  [59_960, '1m00s'],
  [3_600_000, '60m00s'],
])('the time %s ms reads %s', (ms, text) => {
  expect(timeText(ms)).toBe(text);
});

test.each([
  [null, '–'],
  [3, '3'],
  [1.23456, '1.235'],
])('the figure %s reads %s', (value, text) => {
  expect(figureText(value)).toBe(text);
});
