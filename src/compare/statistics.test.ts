import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { medianOf } from './estimate.ts';
import { pValuesOf, type Relabellings } from './closed-testing.ts';
import { mannWhitneyP } from './mann-whitney.ts';
import { fewestRuns, leastP, shiftBetween } from './mann-whitney-shift.ts';
import { medianInterval } from './median-interval.ts';
import { rankPermutations } from './rank-permutations.ts';
import { fewestPairs, shiftOf, signFlips } from './sign-flip.ts';

/** p of a single figure. */
function signFlipP(differences: readonly number[]): number {
  return pValuesOf(signFlips([differences]))[0]?.p ?? Number.NaN;
}

function adjustedPs(relabellings: Relabellings): readonly number[] {
  return pValuesOf(relabellings).map(({ adjustedP }) => adjustedP);
}

function shifted(differences: readonly number[], by: number): readonly number[] {
  return differences.map((difference) => difference - by);
}

describe('the sign-flip test', () => {
  it.each([
    { pairs: [1, 1, 1, 1, 1], p: 2 / 32 },
    { pairs: [1, 1, 1, 1, 1, 1], p: 2 / 64 },
    { pairs: [1, 2, 3], p: 2 / 8 },
    { pairs: [1, -1], p: 1 },
    { pairs: [], p: 1 },
    { pairs: [0, 0], p: 1 },
    // sums: 6 4 2 0 0 -2 -4 -6; four of the 8 are at least as far from 0 as 4
    { pairs: [-1, 2, 3], p: 4 / 8 },
  ])('gives $p for $pairs', ({ pairs, p }) => {
    expect(signFlipP(pairs)).toBeCloseTo(p, 12);
  });

  it('is the share of all sign vectors with a sum at least as far from 0', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 8 }), (pairs) => {
        const sums = Array.from({ length: 2 ** pairs.length }, (_, bits) =>
          pairs.reduce((sum, pair, i) => sum + ((bits >> i) & 1 ? pair : -pair), 0),
        );
        const seen = Math.abs(pairs.reduce((a, b) => a + b, 0));
        const far = sums.filter((sum) => Math.abs(sum) >= seen).length;
        expect(signFlipP(pairs)).toBeCloseTo(far / sums.length, 10);
      }),
    );
  });

  it('agrees with the exact value where it uses a sample', () => {
    const pairs = Array.from({ length: 18 }, (_, i) => (i % 3 === 0 ? -1 : 1) * Math.sqrt(i + 2));
    const more = [...pairs, 1e-9];
    expect(signFlipP(more)).toBeCloseTo(signFlipP(pairs), 2);
  });

  it('needs six pairs for evidence at 5 %', () => {
    expect(fewestPairs(0.05)).toBe(6);
    expect(shiftOf([1, 1.1, 0.9, 1, 1.05], 0.05)).toMatchObject({ low: null, high: null });
  });

  it('gives the mean, with the interval of the shifts that it does not reject', () => {
    const differing = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 6, maxLength: 10 });
    fc.assert(
      fc.property(differing, (pairs) => {
        const { value, low, high } = shiftOf(pairs, 0.05);
        if (low === null || high === null) throw new Error('no interval');
        expect(value).toBeCloseTo(pairs.reduce((a, b) => a + b, 0) / pairs.length, 9);
        const p = (shift: number): number => signFlipP(shifted(pairs, shift));
        for (const [end, inwards] of [[low, 1e-6] as const, [high, -1e-6] as const]) {
          expect(p(end + inwards)).toBeGreaterThan(0.05);
          expect(p(end - inwards)).toBeLessThanOrEqual(0.05);
        }
      }),
    );
  });

  it('gives an estimate that agrees with its finding where the median would not', () => {
    const some = Array.from({ length: 18 }, (_, i) => (i < 10 ? 0.01 : -4) + i / 1000);
    const { value, high } = shiftOf(some, 0.05);
    expect(signFlipP(some)).toBeLessThan(0.05);
    expect([value, high].every((end) => (end ?? 0) < 0)).toBe(true);
  });

  it('is fast for a hundred pairs', () => {
    const many = Array.from({ length: 100 }, (_, i) => Math.sin(i));
    const { value, low, high } = shiftOf(many, 0.05);
    expect(low!).toBeLessThan(value);
    expect(high!).toBeGreaterThan(value);
  });
});

describe('the Mann-Whitney test', () => {
  it.each([
    { a: [1, 2, 3], b: [4, 5, 6], p: 2 / 20 },
    { a: [1, 2, 3, 4], b: [5, 6, 7, 8], p: 2 / 70 },
    { a: [1, 3, 5], b: [2, 4, 6], p: 14 / 20 },
    { a: [1, 1], b: [1, 1], p: 1 },
    { a: [], b: [1], p: 1 },
  ])('gives $p for $a against $b', ({ a, b, p }) => {
    expect(mannWhitneyP(a, b)).toBeCloseTo(p, 10);
  });

  it('does not depend on the order of the groups', () => {
    const group = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(group, group, (a, b) => {
        expect(mannWhitneyP(a, b)).toBeCloseTo(mannWhitneyP(b, a), 10);
      }),
    );
  });

  it('stays finite for hundreds of runs', () => {
    const a = Array.from({ length: 60 }, (_, i) => i);
    expect(
      mannWhitneyP(
        a,
        a.map((x) => x + 30),
      ),
    ).toBeLessThan(1e-6);
  });
});

describe('the interval of a median', () => {
  it.each([
    { n: 5, low: null, high: null },
    { n: 6, low: 1, high: 6 },
    { n: 9, low: 2, high: 8 },
    { n: 20, low: 6, high: 15 },
  ])('of $n runs reaches from the $low-th to the $high-th', ({ n, low, high }) => {
    const values = Array.from({ length: n }, (_, i) => i + 1);
    expect(medianInterval(values, 0.05)).toEqual({ value: medianOf(values), low, high });
  });
});

describe('the shift between two groups', () => {
  it('is the median of all differences, with an interval of those that the test does not reject', () => {
    const a = [1, 2, 3, 4];
    const b = [11, 12, 13, 14];
    expect([leastP(4, 4), leastP(3, 3), fewestRuns(0.05)]).toEqual([2 / 70, 2 / 20, 4]);
    expect(shiftBetween(a, b, 0.05)).toEqual({ value: 10, low: 7, high: 13 });
    expect(shiftBetween([1, 2, 3], [4, 5, 6], 0.05)).toEqual({ value: 3, low: null, high: null });
  });

  it('reaches as far as the test, although ties at its ends would be rejected', () => {
    const [a, b] = [
      [90, 93, 97, 105],
      [111, 107, 124, 102, 101],
    ];
    expect(mannWhitneyP(a, b)).toBeGreaterThan(0.05);
    const { low } = shiftBetween(a, b, 0.05);
    expect(low).toBeLessThanOrEqual(0);
  });

  it('has an interval that agrees with the test', () => {
    const group = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 4, maxLength: 6 });
    fc.assert(
      fc.property(group, group, (a, b) => {
        const { value, low, high } = shiftBetween(a, b, 0.05);
        if (low === null || high === null) throw new Error('no interval');
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
        const p = (shift: number): number => mannWhitneyP(a, shifted(b, shift));
        expect(low === high || (p(low + 1e-6) > 0.05 && p(high - 1e-6) > 0.05)).toBe(true);
        expect([p(low - 1e-6) <= 0.05, p(high + 1e-6) <= 0.05]).toEqual([true, true]);
      }),
    );
  });
});

describe('p adjusted for several figures', () => {
  const figure = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 6, maxLength: 6 });

  it('equals p where there is one figure', () => {
    fc.assert(
      fc.property(figure, (pairs) => {
        expect(adjustedPs(signFlips([pairs]))[0]).toBeCloseTo(signFlipP(pairs), 10);
      }),
    );
    const [a, b] = [
      [1, 2, 3, 4],
      [3, 5, 6, 7, 8],
    ];
    expect(adjustedPs(rankPermutations([[...a, ...b]], a.length))[0]).toBeCloseTo(mannWhitneyP(a, b), 10);
  });

  it('is at least p of each figure, and does not grow with a duplicate figure', () => {
    fc.assert(
      fc.property(fc.array(figure, { minLength: 1, maxLength: 4 }), (figures) => {
        const adjusted = adjustedPs(signFlips(figures));
        for (const [n, p] of adjusted.entries()) expect(p).toBeGreaterThanOrEqual(signFlipP(figures[n]!) - 1e-12);
        const twice = adjustedPs(signFlips([...figures, figures[0]!]));
        expect(twice.at(-1)).toBeCloseTo(twice[0]!, 12);
      }),
    );
    const alike = [1, 2, 3, 4, 5, 6];
    expect(adjustedPs(signFlips([alike, alike, alike]))).toEqual([2 / 64, 2 / 64, 2 / 64]);
  });

  it('accounts for other figures that might have differed by chance', () => {
    // Each has evidence alone; for the second, one sign vector of eight is closer to the mean than its own.
    const [strong, weak] = [
      [3, 3, 3],
      [1, 1, -0.5],
    ];
    expect(adjustedPs(signFlips([strong, weak])).map((p) => p * 8)).toEqual([2, 4]);
  });

  it('accepts a figure without data in some runs, or without differences', () => {
    expect(
      adjustedPs(
        signFlips([
          [0, 0, 0],
          [1, 1, 1],
        ]),
      ),
    ).toEqual([1, 2 / 8]);
    const values = [1, 1, null, 2, 2, 2];
    expect(adjustedPs(rankPermutations([values, [1, 1, 1, 1, 1, 1]], 3))[1]).toBe(1);
  });

  it('agrees with its own draws where there are too many combinations to try all', () => {
    const runs = Array.from({ length: 20 }, (_, i) => Math.sqrt(i + 2) + (i < 10 ? 0 : -0.9));
    expect(adjustedPs(rankPermutations([runs], 10))[0]).toBeCloseTo(mannWhitneyP(runs.slice(0, 10), runs.slice(10)), 2);
  });
});
