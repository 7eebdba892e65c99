import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Draws } from './draws.ts';
import { rankOf } from './permutation.ts';

test('every item has a rank of its own, few or many', () => {
  const property = fc.property(
    fc.nat(0xffffffff),
    fc.nat(2 ** 28 - 1),
    fc.integer({ min: 1, max: 700 }),
    (seed, order, n) => {
      const ranks = Array.from({ length: n }, (_, item) => rankOf(new Draws(seed), order, item, n));
      expect(ranks.toSorted((a, b) => a - b)).toEqual([...ranks.keys()]);
    },
  );
  fc.assert(property);
});

test.each([3, 127, 128, 1000])('orders of %d items differ by seed and by number', (count) => {
  const order = (seed: number, which: number): string =>
    Array.from({ length: count }, (_, item) => rankOf(new Draws(seed), which, item, count)).join(' ');
  const orders = Array.from({ length: 20 }, (_, n) => [order(n, 0), order(0, n + 1)]).flat();
  expect(new Set(orders).size).toBe(count === 3 ? 6 : orders.length);
});
