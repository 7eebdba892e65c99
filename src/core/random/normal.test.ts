import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Draws, PURPOSE } from './draws.ts';
import { normal, normalQuantile } from './normal.ts';

const SAMPLES = 40_000;

// From Python 3.11, statistics.NormalDist().inv_cdf(u + 2**-54), whose logarithm is the C library's.
test.each([
  [0.5, 0.0],
  [0.6, 0.25334710313580006],
  [0.075, -1.4395314709384552],
  [0.925, 1.439531470938456],
  [0.975, 1.9599639845400558],
  [0.999, 3.0902323061678465],
  [1e-6, -4.753424308811681],
  [1e-9, -5.997807005990781],
  [2 ** -40, -7.047691761383189],
  [2 ** -50, -7.948529818124387],
  [0, -8.292361075813595],
])('the quantile at %d is %d', (u, expected) => {
  expect(normalQuantile(u)).toBeCloseTo(expected, 12);
});

test('is symmetrical and finite to the ends of the draws', () => {
  const cells = fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }).map(Number);
  fc.assert(
    fc.property(cells, (cell) => {
      const low = normalQuantile(cell / 2 ** 53);
      const high = normalQuantile((2 ** 53 - 1 - cell) / 2 ** 53);
      expect(Math.abs(low)).toBeLessThan(8.3);
      expect(low + high).toBeCloseTo(0, 12);
    }),
    { examples: [[0], [2 ** 53 - 1], [2 ** 52]] },
  );
});

test('has the moments and the tails of the standard normal', () => {
  const draws = new Draws(11);
  const values = Array.from({ length: SAMPLES }, (_, client) => normal(draws, client, PURPOSE.skew, 0));
  const mean = (of: (x: number) => number): number => values.reduce((sum, x) => sum + of(x), 0) / SAMPLES;
  // The variances of x, x^2, x^3 and x^4 are 1, 2, 15 and 96; of an indicator of probability p, p(1-p).
  const limit = (variance: number): number => 4 * Math.sqrt(variance / SAMPLES);
  expect(Math.abs(mean((x) => x))).toBeLessThan(limit(1));
  expect(Math.abs(mean((x) => x ** 2) - 1)).toBeLessThan(limit(2));
  expect(Math.abs(mean((x) => x ** 3))).toBeLessThan(limit(15));
  expect(Math.abs(mean((x) => x ** 4) - 3)).toBeLessThan(limit(96));
  for (const [edge, p] of [
    [1, 0.15865525393145707],
    [2, 0.02275013194817921],
    [3, 0.0013498980316301035],
  ] as const) {
    expect(Math.abs(mean((x) => (x > edge ? 1 : 0)) - p)).toBeLessThan(limit(p * (1 - p)));
  }
});

test('keeps the number that a recorded seed stands for', () => {
  expect(normal(new Draws(42), 0, PURPOSE.skew, 0)).toBe(0.6512629855276444);
});
