import { readDuration } from '../core/units/duration.ts';
import { printRate, readRate } from '../core/units/rate.ts';
import { printShare, readShare } from '../core/units/share.ts';
import { readCount } from '../core/units/count.ts';

/** Values of a scenario that lie on a line, as people write them. */
export interface Unit {
  /** null for a text that is none */
  readonly read: (text: string) => number | null;
  readonly print: (value: number) => string;
  /** what two values differ by at least, as it is written */
  readonly least: number;
  /** what stands in writing is so many times the value; once where it is not told */
  readonly written?: number;
}

/** A range is divided at least so finely. */
const STEPS = 512;

/** The value nearest to this one that a person would write, in a range that is so wide: 7310 ms rather than 7312.5 ms. */
export function roundIn(width: number, value: number, { least, written = 1 }: Unit): number {
  const wanted = (width * written) / STEPS;
  const decade = 10 ** Math.floor(Math.log10(wanted));
  const step = Math.max(least, ([5, 2].find((times) => times * decade <= wanted) ?? 1) * decade);
  return Number((Math.round((value * written) / step) * step).toPrecision(DIGITS)) / written;
}

/** What a double holds without the last bits, where products carry their rounding. */
const DIGITS = 12;

const MILLISECONDS: Unit = {
  read: (text) => number(readDuration(text)),
  print: (value) => `${value}ms`,
  least: 0.001,
};

/** Durations of which one is a second or longer, so that all values of a table have one unit. */
const SECONDS: Unit = { ...MILLISECONDS, print: (value) => `${Number((value / 1e3).toFixed(6))}s` };

const KINDS: readonly Unit[] = [
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

/** The first kind that all of these are of; null when there is none. `1..4` are counts, `1.0..4.0` are not. */
export function unitOf(texts: readonly string[]): Unit | null {
  const kind = KINDS.find(({ read }) => texts.every((text) => read(text) !== null)) ?? null;
  return kind === MILLISECONDS && texts.some((text) => (kind.read(text) ?? 0) >= 1000) ? SECONDS : kind;
}

/** Of the values, from the smallest to the largest, where they stand; null when they do not lie on one line. */
export function inOrder(texts: readonly string[]): readonly number[] | null {
  const kind = unitOf(texts);
  if (kind === null) return null;
  const sizes = texts.map((text) => kind.read(text) ?? 0);
  return sizes.map((_, index) => index).toSorted((a, b) => sizes[a]! - sizes[b]!);
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function plain(text: string): number | null {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}
