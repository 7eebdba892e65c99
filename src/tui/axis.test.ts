import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnAt, GUTTER_COLUMNS, niceTop, xAxis, yAxis } from './axis.ts';

describe('niceTop', () => {
  it.each([
    [0, 1],
    [1, 1],
    [7, 8],
    [231, 300],
    [412, 500],
    [1_994, 2_000],
    [2_001, 3_000],
    [Number.NaN, 1],
  ])('rounds %d up to %d', (max, top) => {
    expect(niceTop(max)).toBe(top);
  });

  it('is never below the value and never more than twice as high', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e9, noNaN: true }), (max) => {
        expect(niceTop(max)).toBeGreaterThanOrEqual(max);
        expect(niceTop(max)).toBeLessThan(2 * max + 1e-9);
      }),
    );
  });
});

describe('yAxis', () => {
  it('names the top, a round middle and zero', () => {
    expect(yAxis(500, 5)).toEqual(['  500 ┤', '      │', '  250 ┤', '      │', '    0 ┤']);
  });

  it('leaves out a middle that is no whole number', () => {
    expect(yAxis(1, 5)).toEqual(['    1 ┤', '      │', '      │', '      │', '    0 ┤']);
  });

  it('is as wide as the gutter for any top and height', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 60 }), (top, rows) => {
        expect(yAxis(top, rows).map((label) => label.length)).toEqual(
          Array.from({ length: rows }, () => GUTTER_COLUMNS),
        );
      }),
    );
  });
});

describe('xAxis', () => {
  it('counts seconds, solid up to now and dotted beyond', () => {
    expect(xAxis(30_000, 15_000, 40)).toBe('0s ──────────┴10s ──╌╌╌╌╌╌┴20s ╌╌╌╌╌╌╌╌╌');
  });

  it('counts minutes in a long run', () => {
    expect(xAxis(600_000, 0, 40)).toBe(`0s ${'╌'.repeat(17)}┴5m ${'╌'.repeat(16)}`);
  });

  it('is exactly as wide as asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3_600_000 }),
        fc.integer({ min: 0, max: 4_000_000 }),
        fc.integer({ min: 1, max: 300 }),
        (spanMs, elapsedMs, columns) => {
          expect(xAxis(spanMs, elapsedMs, columns)).toHaveLength(columns);
        },
      ),
    );
  });
});

describe('columnAt', () => {
  it.each([
    [0, 0],
    [50, 5],
    [99, 9],
    [100, 10],
    [500, 10],
    [-5, 0],
  ])('puts %d of 100 ms into column %d of 10', (atMs, column) => {
    expect(columnAt(atMs, 100, 10)).toBe(column);
  });
});
