import { describe, expect, it } from 'vitest';
import type { Measure } from '../scenario/threshold-expression.ts';
import { printQuantity } from './quantity.ts';

describe('printQuantity', () => {
  it.each<[number, Measure, string]>([
    [0, 'duration', '0ms'],
    [12.345, 'duration', '12.3ms'],
    [999, 'duration', '999ms'],
    [1234, 'duration', '1.23s'],
    [754_321, 'duration', '754s'],
    [0.5, 'rate', '0.5/s'],
    [1234, 'rate', '1234/s'],
    [0.995, 'share', '99.5%'],
    [123_456, 'count', '123456'],
    [1.4286, 'ratio', '1.43'],
  ])('writes %f as a %s as %s', (value, measure, text) => {
    expect(printQuantity(value, measure)).toBe(text);
  });
});
