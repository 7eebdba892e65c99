import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from '../codec/reject.ts';
import { RATE_PATTERN, printRate, readRate } from './rate.ts';

describe('reading a rate', () => {
  it.each([
    ['5/s', 5],
    ['0.2/s', 0.2],
    ['2/m', 2 / 60],
    ['1/h', 1 / 3600],
  ])('takes %s for %d a second', (text, perSecond) => {
    expect(readRate(text)).toBe(perSecond);
  });

  it('accepts 0 where it is allowed', () => {
    expect(readRate('0/s', { zero: true })).toBe(0);
    expect(printRate(0)).toBe('0/s');
  });

  it.each([
    [5, 'no unit (5) — 5 per what? write 5/s'],
    ['5', 'not a rate ("5") — write a number and a unit (/s, /m, /h), such as 5/s'],
    ['5/sec', 'unknown unit ("5/sec") — the units are /s, /m, /h; write 5/s'],
    ['5 / s', 'not a rate ("5 / s") — write a number and a unit (/s, /m, /h), such as 5/s'],
    ['0/s', 'too slow ("0/s") — write a rate above 0, such as 1/h'],
    ['99999999/s', 'too fast ("99999999/s") — at most 10000000/s'],
    [undefined, 'missing — write a number and a unit (/s, /m, /h), such as 5/s'],
  ])('refuses %j', (input, message) => {
    expect(readRate(input)).toEqual(refusal(message));
  });
});

describe('printing a rate', () => {
  it.each([
    [0.2, '0.2/s'],
    [2 / 60, '2/m'],
    [1 / 3600, '1/h'],
    [800, '800/s'],
  ])('prints %d a second as %s', (perSecond, text) => {
    expect(printRate(perSecond)).toBe(text);
  });

  it('reads a printed rate back', () => {
    const count = fc.integer({ min: 1, max: 1e6 }).map((n) => n / 100);
    fc.assert(
      fc.property(count, fc.constantFrom(1, 60, 3600), (n, seconds) => {
        const text = printRate(n / seconds);
        expect(text).toMatch(new RegExp(RATE_PATTERN));
        expect(readRate(text)).toBe(n / seconds);
      }),
    );
  });
});
