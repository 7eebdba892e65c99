import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askedMs, retryAfterDate, retryAfterSeconds } from './retry-after.ts';

it('an overloaded server asks for whole seconds: at least one, at most a day', () => {
  expect([0, 1, 1000, 1001, 1e15].map(retryAfterSeconds)).toEqual([1, 1, 1, 2, 86_400]);
});

describe('the Retry-After that a client reads', () => {
  it('is the number of seconds, independent of delay and clock', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.integer(), (heardAt, offsetMs) => {
        expect(askedMs({ seconds: 5, as: 'seconds' }, 0, heardAt, offsetMs)).toBe(5000);
      }),
    );
  });

  it('is the time until the date by its own clock, and never negative', () => {
    expect(retryAfterDate(5, 1200)).toBe(7000);
    const date = { seconds: 5, as: 'date' } as const;
    expect(askedMs(date, 1200, 1300, 0)).toBe(5700);
    expect(askedMs(date, 1200, 1300, 2000)).toBe(3700);
    expect(askedMs(date, 1200, 1300, 9000)).toBe(0);
  });
});
