import { MAX_DURATION_MS } from '../limits.ts';
import { reject, type Rejection } from '../codec/reject.ts';

/** Milliseconds in each unit, largest first. */
const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
]);

/** Common misspellings of each unit. */
const MEANT: readonly (readonly [RegExp, string])[] = [
  [/^(ms|msec|msecs|milli|millis|milliseconds?)$/i, 'ms'],
  [/^(s|secs?|seconds?)$/i, 's'],
  [/^(m|mins?|minutes?)$/i, 'm'],
  [/^(h|hrs?|hours?)$/i, 'h'],
];

/** Steps to which durations are rounded: nanoseconds, so that `1.1s` is 1100 ms and not 1100.0000000000002. */
const STEPS_PER_MS = 1e6;

export interface DurationBounds {
  /** may it be negative? */
  readonly signed?: boolean;
  /** may it be 0? */
  readonly zero?: boolean;
  readonly maxMs?: number;
}

export const DURATION_PATTERN = String.raw`^\d+(\.\d+)?(ms|s|m|h)$`;
export const SIGNED_DURATION_PATTERN = String.raw`^-?\d+(\.\d+)?(ms|s|m|h)$`;

/** Reads a duration such as `250ms`, `1.5m` or `2h` in milliseconds, to the nanosecond. */
export function readDuration(input: unknown, bounds: DurationBounds = {}): number | Rejection {
  const text = typeof input === 'number' ? String(input) : input;
  const parts = typeof text === 'string' ? /^(-?)(\d+(?:\.\d+)?)(\s*)([a-zµ]*)$/i.exec(text) : null;
  if (parts === null) {
    return reject('not a duration', input, 'write a number and a unit (ms, s, m, h), such as 10s');
  }
  const [, sign = '', digits = '', space = '', word = ''] = parts;
  if (word === '') return reject('no unit', input, `${sign}${digits} what? write ${sign}${digits}s`);
  const unitMs = UNIT_MS.get(word);
  if (space !== '' || unitMs === undefined) {
    const unit = MEANT.find(([pattern]) => pattern.test(word))?.[1];
    const hint = unit === undefined ? '' : `; write ${sign}${digits}${unit}`;
    return reject(
      unit === word ? 'a space before the unit' : 'unknown unit',
      input,
      `the units are ms, s, m, h${hint}`,
    );
  }
  // Rounds to 15 digits, so that the text of a year and some nanoseconds reads back as the same number.
  const ms = Number((Math.round(Number(digits) * unitMs * STEPS_PER_MS) / STEPS_PER_MS).toPrecision(15));
  if (sign === '-' && bounds.signed !== true) return reject('negative', input, 'write a duration of 0s or more');
  return bounded(sign === '-' ? 0 - ms : ms, input, bounds);
}

function bounded(ms: number, input: unknown, bounds: DurationBounds): number | Rejection {
  const { zero = true, maxMs = MAX_DURATION_MS } = bounds;
  if (ms === 0 && !zero) return reject('no time at all', input, 'write a duration longer than 0s');
  if (Math.abs(ms) > maxMs) return reject('too long', input, `at most ${printDuration(maxMs)}`);
  return ms;
}

/** Prints the shortest text that reads back as the same number of milliseconds: `90s`, `1m`, `1500ms`. */
export function printDuration(ms: number): string {
  if (ms === 0) return '0s';
  for (const [unit, size] of UNIT_MS) {
    if (ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}
