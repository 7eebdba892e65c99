import { readDuration } from '../core/units/duration.ts';
import { printRate, readRate } from '../core/units/rate.ts';
import { printShare, readShare } from '../core/units/share.ts';
import { readCount } from '../core/units/count.ts';

/** A unit whose values can be ordered, with their spelling. */
export interface Unit {
  /** reads a text; null: it has another unit */
  readonly read: (text: string) => number | null;
  readonly print: (value: number) => string;
  /** least step between two values, in written units */
  readonly least: number;
  /** ratio of the written number to the value; default 1 */
  readonly written?: number;
}

/** Fewest steps in a range. */
const STEPS = 512;

/** Rounds a value to a step of 1, 2 or 5 times a power of ten that suits the range: 7310 ms instead of 7312.5 ms. */
export function roundIn(width: number, value: number, { least, written = 1 }: Unit): number {
  const wanted = (width * written) / STEPS;
  const decade = 10 ** Math.floor(Math.log10(wanted));
  const step = Math.max(least, ([5, 2].find((times) => times * decade <= wanted) ?? 1) * decade);
  return Number((Math.round((value * written) / step) * step).toPrecision(DIGITS)) / written;
}

/** Digits of a double without the last ones, which hold rounding errors of products. */
const DIGITS = 12;

const MILLISECONDS: Unit = {
  read: (text) => number(readDuration(text)),
  print: (value) => `${value}ms`,
  least: 0.001,
};

/** Durations in seconds, for tables in which one is a second or longer. */
const SECONDS: Unit = { ...MILLISECONDS, print: (value) => `${Number((value / 1e3).toFixed(6))}s` };

const UNITS: readonly Unit[] = [
  MILLISECONDS,
  { read: (text) => number(readRate(text)), print: printRate, least: 1e-6 },
  {
    read: (text) => number(readShare(text, { zero: true })),
    print: printShare,
    least: 1e-4,
    written: 100,
  },
  {
    read: (text) => (text.includes('.') && !/[kM]$/.test(text) ? null : number(readCount(text, COUNTS))),
    print: String,
    least: 1,
  },
  { read: plain, print: String, least: 1e-9 },
];

const COUNTS = { min: 0, max: Number.MAX_SAFE_INTEGER };

/** The first unit of all the texts; null: there is none. `1..4` are counts, `1.0..4.0` are not. */
export function unitOf(texts: readonly string[]): Unit | null {
  const unit = UNITS.find(({ read }) => texts.every((text) => read(text) !== null)) ?? null;
  return unit === MILLISECONDS && texts.some((text) => (unit.read(text) ?? 0) >= 1000) ? SECONDS : unit;
}

/** The indices of the values from the smallest to the largest; null: they have no common unit. */
export function inOrder(texts: readonly string[]): readonly number[] | null {
  const unit = unitOf(texts);
  if (unit === null) return null;
  const sizes = texts.map((text) => unit.read(text) ?? 0);
  return sizes.map((_, index) => index).toSorted((a, b) => sizes[a]! - sizes[b]!);
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function plain(text: string): number | null {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}
