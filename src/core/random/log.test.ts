import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ln } from './log.ts';

test('agrees with Math.log to 1e-15 over all positive doubles', () => {
  const positive = fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true });
  fc.assert(
    fc.property(positive, (x) => {
      expect(Math.abs(ln(x) - Math.log(x))).toBeLessThanOrEqual(1e-15 * Math.abs(Math.log(x)));
    }),
    { numRuns: 5000 },
  );
});

test.each([
  [1, 0],
  [2, 0.6931471805599453],
  [0.5, -0.6931471805599453],
  [Math.E, 1],
  [10, 2.302585092994046],
  [1 + 2 ** -52, 2.220446049250313e-16],
  [2 ** -54, -37.42994775023705],
])('ln %d is %d', (x, expected) => {
  expect(ln(x)).toBeCloseTo(expected, 15);
});
