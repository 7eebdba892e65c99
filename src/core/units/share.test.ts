import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from '../codec/reject.ts';
import { SHARE_PATTERN, printShare, readShare } from './share.ts';

describe('reading a share', () => {
  it.each([
    ['30%', 0.3],
    ['100%', 1],
    ['0.5%', 0.005],
  ])('takes %s for %d', (text, share) => {
    expect(readShare(text)).toBe(share);
  });

  it('accepts 0% where it is allowed', () => {
    expect(readShare('0%', { zero: true })).toBe(0);
  });

  it.each([
    [30, 'no unit (30) — write a share with a per cent sign, such as 30%'],
    [0.3, 'no unit (0.3) — write a share with a per cent sign, such as 30%'],
    ['30', 'not a share ("30") — write a share such as 30%'],
    ['0%', 'nobody at all ("0%") — write a share above 0%'],
    ['101%', 'more than everybody ("101%") — write at most 100%'],
    [null, 'empty — write a share such as 30%'],
  ])('refuses %j', (input, message) => {
    expect(readShare(input)).toEqual(refusal(message));
  });
});

it('reads back a share as printed', () => {
  const written = fc.integer({ min: 0, max: 1e6 }).map((n) => n / 1e4);
  fc.assert(
    fc.property(written, (percent) => {
      const share = percent / 100;
      expect(printShare(share)).toMatch(new RegExp(SHARE_PATTERN));
      expect(readShare(printShare(share), { zero: true })).toBe(share);
    }),
  );
});
