import { describe, expect, it } from 'vitest';
import { patternCost } from './pattern-cost.ts';

describe('patternCost', () => {
  it.each([
    ['^2$', 1],
    ['ack:\\d+', 511],
    ['(\\d+)-(\\d+)', 511 * 511],
    ['a?b?c?', 8],
    ['(?:ok|done|fine)', 3],
    ['(?<id>\\d{1,10})', 10],
    ['[(a+)+*]\\(x\\)', 1],
    ['[\\]a+]b', 1],
    ['\\p{L}\\u{41}', 1],
    ['(ab){3}', 1],
    ['.*?x', 511],
    ['a|b*', 1 + 511],
  ])('%s has at most %d ways', (pattern, ways) => {
    expect(() => new RegExp(pattern, 'u')).not.toThrow();
    expect(patternCost(pattern, 512)).toBe(ways);
  });

  it.each([
    ['(a+)+', 'repeat'],
    ['(a|a)*', 'repeat'],
    ['(?:a?){30}', 'repeat'],
    ['((a*)b)*', 'repeat'],
    ['(a)\\1', 'reference'],
    ['(?<x>a)\\k<x>', 'reference'],
    ['(?=a)b', 'look-around'],
    ['(?<!a)b', 'look-around'],
  ])('refuses %s', (pattern, why) => {
    expect(() => new RegExp(pattern, 'u')).not.toThrow();
    expect(patternCost(pattern, 512)).toEqual({ refused: expect.stringContaining(why) as string });
  });
});
