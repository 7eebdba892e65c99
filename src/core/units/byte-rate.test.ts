import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from '../codec/reject.ts';
import { byteRate } from './byte-rate.ts';

describe('a rate of bytes', () => {
  it.each([
    ['1B/s', 1],
    ['10kB/s', 10_000],
    ['1.5kB/s', 1500],
    ['0.5MB/s', 500_000],
    ['1000000MB/s', 1e12],
  ])('%s is %d bytes a second', (text, perSecond) => {
    expect(byteRate.read(text)).toBe(perSecond);
  });

  it.each<[unknown, string]>([
    [10, 'not a rate of bytes (10) — write a rate such as 10kB/s; the units are B/s, kB/s and MB/s'],
    ['10kb/s', 'not a rate of bytes ("10kb/s") — write a rate such as 10kB/s; the units are B/s, kB/s and MB/s'],
    ['10kB', 'not a rate of bytes ("10kB") — write a rate such as 10kB/s; the units are B/s, kB/s and MB/s'],
    ['-1B/s', 'not a rate of bytes ("-1B/s") — write a rate such as 10kB/s; the units are B/s, kB/s and MB/s'],
    ['0B/s', 'too slow ("0B/s") — write at least 1B/s'],
    ['1000001MB/s', 'too fast ("1000001MB/s") — write at most 1000000MB/s'],
    [null, 'empty — write a rate such as 10kB/s; the units are B/s, kB/s and MB/s'],
  ])('%j is refused', (input, message) => {
    expect(byteRate.read(input)).toEqual(refusal(message));
  });

  it('is printed as a text that reads back as the same rate', () => {
    const digits = fc.tuple(fc.integer({ min: 1, max: 999_999 }), fc.nat(999));
    fc.assert(
      fc.property(digits, fc.constantFrom('B', 'kB', 'MB'), ([whole, part], unit) => {
        const perSecond = byteRate.parse(`${whole}.${part}${unit}/s`);
        expect(byteRate.read(byteRate.print(perSecond))).toBe(perSecond);
      }),
    );
  });
});
