import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DURATION_MS } from '../limits.ts';
import { refusal, Rejection } from '../codec/reject.ts';
import { DURATION_PATTERN, SIGNED_DURATION_PATTERN, printDuration, readDuration } from './duration.ts';

describe('reading a duration', () => {
  it.each([
    ['250ms', 250],
    ['10s', 10_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['0s', 0],
    ['0.25ms', 0.25],
    ['1.1s', 1100],
    ['4.35s', 4350],
  ])('takes %s for %d ms', (text, ms) => {
    expect(readDuration(text)).toBe(ms);
  });

  it.each([
    [30, 'no unit (30) — 30 what? write 30s'],
    ['30', 'no unit ("30") — 30 what? write 30s'],
    ['10 sec', 'unknown unit ("10 sec") — the units are ms, s, m, h; write 10s'],
    ['10sec', 'unknown unit ("10sec") — the units are ms, s, m, h; write 10s'],
    ['10 s', 'a space before the unit ("10 s") — the units are ms, s, m, h; write 10s'],
    ['5 minutes', 'unknown unit ("5 minutes") — the units are ms, s, m, h; write 5m'],
    ['5S', 'unknown unit ("5S") — the units are ms, s, m, h; write 5s'],
    ['3d', 'unknown unit ("3d") — the units are ms, s, m, h'],
    ['soon', 'not a duration ("soon") — write a number and a unit (ms, s, m, h), such as 10s'],
    ['1m30s', 'not a duration ("1m30s") — write a number and a unit (ms, s, m, h), such as 10s'],
    [true, 'not a duration (true) — write a number and a unit (ms, s, m, h), such as 10s'],
    [undefined, 'missing — write a number and a unit (ms, s, m, h), such as 10s'],
    [null, 'empty — write a number and a unit (ms, s, m, h), such as 10s'],
    ['-5s', 'negative ("-5s") — write a duration of 0s or more'],
    ['9000h', 'too long ("9000h") — at most 8760h'],
  ])('refuses %j', (input, message) => {
    expect(readDuration(input)).toEqual(refusal(message));
  });

  it('refuses 0s where it is not allowed', () => {
    expect(readDuration('0ms', { zero: false })).toEqual(
      refusal('no time at all ("0ms") — write a duration longer than 0s'),
    );
  });

  it('accepts a negative duration where it is allowed', () => {
    expect(readDuration('-5s', { signed: true })).toBe(-5000);
  });
});

describe('printing a duration', () => {
  it.each([
    [0, '0s'],
    [-0, '0s'],
    [90_000, '90s'],
    [60_000, '1m'],
    [1500, '1500ms'],
    [-5000, '-5s'],
    [3_600_000, '1h'],
  ])('prints %d ms as %s', (ms, text) => {
    expect(printDuration(ms)).toBe(text);
  });

  it('reads back as printed, to the nanosecond', () => {
    const anyMs = fc.oneof(
      fc.integer({ min: -MAX_DURATION_MS, max: MAX_DURATION_MS }),
      fc.integer({ min: -1e9, max: 1e9 }).map((steps) => steps / 1e6),
    );
    fc.assert(
      fc.property(anyMs, (ms) => {
        const text = printDuration(ms);
        expect(text).toMatch(new RegExp(SIGNED_DURATION_PATTERN));
        expect(readDuration(text, { signed: true })).toBe(ms + 0);
      }),
    );
  });
});

it('agrees with the pattern of the JSON Schema on which texts are durations', () => {
  const pieces = fc.constantFrom('0', '1', '12', '.', '-', ' ', 's', 'm', 'ms', 'h', 'sec', 'e', '+');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 6 }), (parts) => {
      const text = parts.join('');
      expect(!(readDuration(text, { maxMs: Infinity }) instanceof Rejection)).toBe(
        new RegExp(DURATION_PATTERN).test(text),
      );
    }),
    { numRuns: 1000 },
  );
});
