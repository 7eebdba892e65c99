import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Draws, PURPOSE } from './draws.ts';
import { exponential } from './exponential.ts';

const SAMPLES = 40_000;

test('starts at 0 and has its median at ln 2', () => {
  expect(exponential(0)).toBe(0);
  expect(exponential(0.5)).toBeCloseTo(Math.LN2, 15);
});

test('is finite for the largest draw', () => {
  expect(exponential(1 - 2 ** -53)).toBeCloseTo(53 * Math.LN2, 12);
});

test('rises with the draw', () => {
  const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(unit, unit, (a, b) => {
      expect(exponential(Math.min(a, b))).toBeLessThanOrEqual(exponential(Math.max(a, b)));
    }),
  );
});

test('has mean 1 and variance 1', () => {
  const draws = new Draws(1);
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < SAMPLES; i++) {
    const x = exponential(draws.unit(i, PURPOSE.command, 0));
    sum += x;
    squares += (x - 1) ** 2;
  }
  // 4 standard errors: the mean's is 1/sqrt n; that of (x-1)^2, whose fourth central moment is 9, sqrt 8 of it.
  expect(Math.abs(sum / SAMPLES - 1)).toBeLessThan(4 / Math.sqrt(SAMPLES));
  expect(Math.abs(squares / SAMPLES - 1)).toBeLessThan((4 * Math.sqrt(8)) / Math.sqrt(SAMPLES));
});
