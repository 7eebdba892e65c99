import { reject, type Rejection } from '../codec/reject.ts';

const MULTIPLIERS: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6 };

export interface CountBounds {
  readonly min: number;
  readonly max: number;
}

export const COUNT_PATTERN = String.raw`^\d+(\.\d+)?[kM]?$`;

/** Reads a whole number such as `2000`, `1.5k` or `1M`. It refuses a small `m`, which means minutes elsewhere. */
export function readCount(input: unknown, { min, max }: CountBounds): number | Rejection {
  const right = `write a whole number from ${min} to ${max}`;
  if (typeof input !== 'number' && typeof input !== 'string') return reject('not a count', input, right);
  const parts = /^(-?\d+(?:\.\d+)?)([a-z]*)$/i.exec(String(input));
  if (parts === null) return reject('not a count', input, right);
  const [, digits = '', suffix = ''] = parts;
  const multiplier = Object.hasOwn(MULTIPLIERS, suffix) ? MULTIPLIERS[suffix] : undefined;
  if (multiplier === undefined) {
    const hint = { m: `; m is for minutes, write ${digits}M`, K: `; write ${digits}k` }[suffix] ?? '';
    return reject('unknown suffix', input, `the suffixes are k (thousand) and M (million)${hint}`);
  }
  const count = withoutRounding(Number(digits) * multiplier);
  if (!Number.isInteger(count)) return reject('not a whole number', input, right);
  if (count < min) return reject('too few', input, right);
  return count > max ? reject('too many', input, right) : count;
}

/** Removes the rounding error of a product: `2.007k` is 2007, although 2.007 * 1000 is a little less. */
function withoutRounding(value: number): number {
  return Number(value.toPrecision(15));
}
