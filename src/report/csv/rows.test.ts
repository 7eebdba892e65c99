import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRows } from './rows.ts';

const cell = (value: string | number | null): string => csvRows([], [[value]]).slice(1, -1);

describe('a cell of a CSV file', () => {
  it.each([
    ['=HYPERLINK(A1)', "'=HYPERLINK(A1)"],
    ['+1+cmd', "'+1+cmd"],
    ['-1+1', "'-1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "' =1"],
    ['\r=1', "' =1"],
    ['\u200B=1', "'=1"],
    ['-30', '-30'],
    ['a, "b"', '"a, ""b"""'],
    ['a\nb', 'a b'],
  ])('that holds %j is written as %j', (text, written) => {
    expect(cell(text)).toBe(written);
  });

  it('that holds a number stays a number', () => {
    expect([-2.5, 0, 1e21].map(cell)).toEqual(['-2.5', '0', '1e+21']);
    expect(cell(null)).toBe('');
  });

  it('is never a formula, whatever its text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('', '=', '+', '-', '@', '\t', '\r'), (text, begin) => {
        const written = cell(`${begin}${text}`).replace(/^"/, '');
        expect(/^[=+@\t\r]/.test(written) && Number.isNaN(Number(written))).toBe(false);
        expect(written).not.toMatch(/[\r\n]/);
      }),
    );
  });
});
