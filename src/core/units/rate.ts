import { MAX_RATE_PER_SECOND, MIN_RATE_PER_SECOND } from '../limits.ts';
import { reject, type Rejection } from '../codec/reject.ts';

/** Seconds in each unit. */
const UNIT_SECONDS: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
]);

export const RATE_PATTERN = String.raw`^\d+(\.\d+)?/(s|m|h)$`;

export interface RateBounds {
  readonly maxPerSecond?: number;
  /** may it be 0? */
  readonly zero?: boolean;
}

/** Reads a rate such as `5/s`, `2/m` or `1/h` in events a second. */
export function readRate(
  input: unknown,
  { maxPerSecond = MAX_RATE_PER_SECOND, zero = false }: RateBounds = {},
): number | Rejection {
  if (typeof input === 'number') return reject('no unit', input, `${input} per what? write ${input}/s`);
  const parts = typeof input === 'string' ? /^(\d+(?:\.\d+)?)\/([a-z]+)$/i.exec(input) : null;
  if (parts === null) return reject('not a rate', input, 'write a number and a unit (/s, /m, /h), such as 5/s');
  const [, digits = '', word = ''] = parts;
  const seconds = UNIT_SECONDS.get(word);
  if (seconds === undefined) {
    return reject('unknown unit', input, `the units are /s, /m, /h; write ${digits}/s`);
  }
  const perSecond = Number(digits) / seconds;
  if (perSecond === 0 && zero) return 0;
  if (perSecond < MIN_RATE_PER_SECOND) return reject('too slow', input, 'write a rate above 0, such as 1/h');
  if (perSecond > maxPerSecond) return reject('too fast', input, `at most ${maxPerSecond}/s`);
  return perSecond;
}

/** Prints a text that reads back as the same rate: per second if that is short, else the shortest; 1/30 is `2/m`. */
export function printRate(perSecond: number): string {
  const texts = Array.from(UNIT_SECONDS, ([unit, seconds]) => `${tidy(perSecond * seconds)}/${unit}`);
  const exact = texts.filter((text) => readRate(text, { maxPerSecond: Infinity, zero: true }) === perSecond);
  return exact.find((text) => text.length <= SHORT_CHARS) ?? shortest(exact) ?? `${perSecond}/s`;
}

const SHORT_CHARS = 8;

/** Removes the rounding error of a product such as 0.1 * 3. */
function tidy(value: number): number {
  return Number(value.toPrecision(15));
}

function shortest(texts: readonly string[]): string | undefined {
  return texts.toSorted((a, b) => a.length - b.length)[0];
}
