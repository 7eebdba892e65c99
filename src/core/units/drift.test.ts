import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal, Rejection } from '../codec/reject.ts';
import { drift } from './drift.ts';

describe('a drift', () => {
  it.each([
    ['0ms/s', 0],
    ['-0s/h', 0],
    ['10ms/s', 0.01],
    ['+10ms/s', 0.01],
    ['-36s/h', -0.01],
    ['6ms/m', 0.0001],
    ['50us/s', 5e-5],
    ['500ms/s', 0.5],
  ])('of %s gains %d for each unit of time that passes', (text, ratio) => {
    expect(drift.read(text)).toBe(ratio);
  });

  it.each<[unknown, string]>([
    [10, 'not a drift (10) — write what the clock gains in some time, such as 10ms/s or -2s/h'],
    ['10ms', 'not a drift ("10ms") — write what the clock gains in some time, such as 10ms/s or -2s/h'],
    ['10s/d', 'not a drift ("10s/d") — write what the clock gains in some time, such as 10ms/s or -2s/h'],
    ['2s/s', 'too much ("2s/s") — write at most 500ms/s'],
    ['-501ms/s', 'too much ("-501ms/s") — write at most 500ms/s'],
    ['0.001us/h', 'too little ("0.001us/h") — write at least 0.01us/h, or none'],
  ])('of %j is refused', (input, message) => {
    expect(drift.read(input)).toEqual(refusal(message));
  });

  it('is printed as the shortest text that reads back as the same', () => {
    const digits = fc.tuple(fc.nat(500), fc.nat(999_999)).map(([whole, part]) => Number(`${whole}.${part}`));
    const anyDrift = fc
      .tuple(fc.constantFrom('', '-'), digits, fc.constantFrom('us', 'ms', 's'), fc.constantFrom('s', 'm', 'h'))
      .map(([sign, n, gained, passed]) => `${sign}${n}${gained}/${passed}`)
      .filter((text) => !(drift.read(text) instanceof Rejection));
    fc.assert(
      fc.property(anyDrift, (text) => {
        const ratio = drift.parse(text);
        const printed = String(drift.print(ratio));
        expect(drift.read(printed)).toBe(ratio);
        expect(printed.length).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 1000 },
    );
  });
});
