import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, interleave, spreadOf } from './harness.ts';

describe('a spread', () => {
  it.each([
    [[3], { median: 3, min: 3, max: 3 }],
    [[4, 1], { median: 2.5, min: 1, max: 4 }],
    [[10, 9, 2], { median: 9, min: 2, max: 10 }],
    [[8, 2, 6, 4], { median: 5, min: 2, max: 8 }],
  ])('of %j is %j', (values, spread) => {
    expect(spreadOf(values)).toEqual(spread);
  });

  it('has as many values below its median as above', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const { median, min, max } = spreadOf(values);
        const below = values.filter((value) => value < median).length;
        const above = values.filter((value) => value > median).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
        expect([min, max]).toEqual([Math.min(...values), Math.max(...values)]);
      }),
    );
  });

  it.each([[[]], [[1, NaN]], [[1, Infinity]]])('of %j does not exist', (values) => {
    expect(() => spreadOf(values)).toThrow(RangeError);
  });
});

describe('interleaved measurements', () => {
  it('are taken in the order A B B A, and paired with their neighbours', async () => {
    let time = 0;
    const order: string[] = [];
    const take = (name: string) => async () => {
      order.push(name);
      return ++time;
    };
    const pairs = await interleave(2, take('a'), take('b'));
    expect(order.join('')).toBe('abbaabba');
    expect(pairs).toEqual([
      { a: 1, b: 2 },
      { a: 4, b: 3 },
      { a: 5, b: 6 },
      { a: 8, b: 7 },
    ]);
  });
});

it('a comparison has the spread of the ratios of pairs, not the ratio of spreads', () => {
  const { a, b, ratio } = compare([
    { a: 1, b: 2 },
    { a: 40, b: 20 },
    { a: 300, b: 300 },
  ]);
  expect(a).toEqual({ median: 40, min: 1, max: 300 });
  expect(b).toEqual({ median: 20, min: 2, max: 300 });
  expect(ratio).toEqual({ median: 1, min: 0.5, max: 2 });
});
