import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BIN_MS } from '../../core/metrics.ts';
import { reduce } from './reduce.ts';

const COLUMNS = 800;

describe('a curve reduced to the columns of a plot', () => {
  test('a spike of one bin in an hour is as high as it was, and where it was', () => {
    const samples = new Float64Array(36_000);
    samples[12_345] = 777;
    const points = reduce(samples, 3_600_000, COLUMNS);
    const spike = points.filter(({ y }) => y > 0);
    expect(spike).toEqual([{ x: Math.floor((12_345 / 36_000) * COLUMNS), y: 777 }]);
    expect(points.length).toBeLessThanOrEqual(COLUMNS + 1);
  });

  test('a dip of one bin is as low as it was', () => {
    const samples = new Float64Array(36_000).fill(5);
    samples[20_001] = 0;
    expect(reduce(samples, 3_600_000, COLUMNS).some(({ y }) => y === 0)).toBe(true);
  });

  test('where there is room for every sample, each is a point of its own', () => {
    expect(reduce(Float64Array.of(1, 5, 2), 400, 8)).toEqual([
      { x: 0, y: 1 },
      { x: 2, y: 5 },
      { x: 4, y: 2 },
    ]);
  });

  test('each column keeps its least and its greatest, in order, and never more than two points', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 500 }),
        fc.integer({ min: 1, max: 60 }),
        (list, columns) => {
          const spanMs = list.length * BIN_MS;
          const points = reduce(Float64Array.from(list), spanMs, columns);
          expect(Math.max(...points.map(({ y }) => y))).toBe(Math.max(...list));
          expect(Math.min(...points.map(({ y }) => y))).toBe(Math.min(...list));
          expect(points.map(({ x }) => x)).toEqual(points.map(({ x }) => x).toSorted((a, b) => a - b));
          expect(points.length).toBeLessThanOrEqual(Math.max(list.length, 2 * columns));
        },
      ),
    );
  });

  test('samples after the span are left out', () => {
    expect(reduce(new Float64Array(50), 1000, 10).every(({ x }) => x <= 10)).toBe(true);
  });
});
