import { printDuration, readDuration } from '../scenario/units/duration.ts';
import { printRate, readRate } from '../scenario/units/rate.ts';
import { printShare, readShare } from '../scenario/units/share.ts';
import { readCount } from '../scenario/units/count.ts';

/** Values of a scenario that lie on a line, as people write them. */
export interface Kind {
  /** null for a text that is none */
  readonly read: (text: string) => number | null;
  readonly print: (value: number) => string;
  /** the value nearest to this one that a person would write */
  readonly round: (value: number) => number;
}

const threeDigits = (value: number): number => Number(value.toPrecision(3));

const KINDS: readonly Kind[] = [
  {
    read: (text) => number(readDuration(text)),
    print: printDuration,
    round: (ms) => (ms < 1000 ? Math.round(ms) : Math.round(threeDigits(ms) / 10) * 10),
  },
  { read: (text) => number(readRate(text)), print: printRate, round: threeDigits },
  {
    read: (text) => number(readShare(text, { zero: true })),
    print: printShare,
    round: (share) => threeDigits(share * 100) / 100,
  },
  {
    read: (text) => (text.includes('.') && !/[kM]$/.test(text) ? null : number(readCount(text, COUNTS))),
    print: String,
    round: Math.round,
  },
  { read: plain, print: String, round: threeDigits },
];

const COUNTS = { min: 0, max: Number.MAX_SAFE_INTEGER };

/** The first kind that all of these are of; null when there is none. `1..4` are counts, `1.0..4.0` are not. */
export function kindOf(texts: readonly string[]): Kind | null {
  return KINDS.find(({ read }) => texts.every((text) => read(text) !== null)) ?? null;
}

/** Of the values, from the smallest to the largest, where they stand; null when they do not lie on one line. */
export function inOrder(texts: readonly string[]): readonly number[] | null {
  const kind = kindOf(texts);
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
