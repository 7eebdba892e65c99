import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadOf } from './spread.ts';

const NONE = { min: null, median: null, max: null, mean: null, sd: null };

describe('a spread', () => {
  it.each([
    { values: [], spread: { runs: 0, ...NONE } },
    { values: [null, null], spread: { runs: 0, ...NONE } },
    { values: [7], spread: { runs: 1, min: 7, median: 7, max: 7, mean: 7, sd: null } },
    { values: [9, 1], spread: { runs: 2, min: 1, median: 5, max: 9, mean: 5, sd: Math.sqrt(32) } },
    { values: [3, null, 1, 2], spread: { runs: 3, min: 1, median: 2, max: 3, mean: 2, sd: 1 } },
    {
      values: [2, 4, 4, 4, 5, 5, 7, 9],
      spread: { runs: 8, min: 2, median: 4.5, max: 9, mean: 5, sd: Math.sqrt(32 / 7) },
    },
  ])('of $values is $spread', ({ values, spread }) => {
    expect(spreadOf(values)).toEqual(spread);
  });

  it('does not depend on the order of the runs', () => {
    const value = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }));
    fc.assert(
      fc.property(fc.array(value), (values) => {
        expect(spreadOf(values.toReversed())).toEqual(spreadOf(values));
      }),
    );
  });

  it('has its median and mean between its least and its greatest', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2 });
    fc.assert(
      fc.property(values, (all) => {
        const { min, median, max, mean, sd } = spreadOf(all);
        expect([min! <= median!, median! <= max!, min! <= mean! + 1e-9, mean! <= max! + 1e-9]).not.toContain(false);
        expect(sd).toBeLessThanOrEqual((max! - min!) * Math.SQRT1_2 + 1e-9);
      }),
    );
  });
});
