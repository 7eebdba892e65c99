import { MAX_DURATION_MS, MAX_RATE_PER_SECOND } from '../limits.ts';
import { nearest } from '../text/nearest.ts';
import { COUNT_PATTERN, type CountBounds, readCount } from '../units/count.ts';
import {
  DURATION_PATTERN,
  type DurationBounds,
  printDuration,
  readDuration,
  SIGNED_DURATION_PATTERN,
} from '../units/duration.ts';
import { RATE_PATTERN, printRate, readRate } from '../units/rate.ts';
import { printShare, readShare, SHARE_PATTERN, type ShareBounds } from '../units/share.ts';
import { Codec, type JsonSchema, scalar } from './codec.ts';
import { reject, Rejection } from './reject.ts';

export function duration(bounds: DurationBounds = {}): Codec<number> {
  const { signed = false, maxMs = MAX_DURATION_MS } = bounds;
  return scalar((input) => readDuration(input, bounds), printDuration, {
    type: 'string',
    pattern: signed ? SIGNED_DURATION_PATTERN : DURATION_PATTERN,
    examples: [printDuration(Math.min(10_000, maxMs))],
  });
}

export function rate(maxPerSecond = MAX_RATE_PER_SECOND): Codec<number> {
  return scalar((input) => readRate(input, { maxPerSecond }), printRate, RATE_SCHEMA);
}

/** A rate from 0 on. */
export function rateOrNone(): Codec<number> {
  return scalar((input) => readRate(input, { zero: true }), printRate, RATE_SCHEMA);
}

const RATE_SCHEMA: JsonSchema = { type: 'string', pattern: RATE_PATTERN, examples: ['5/s'] };

export function share(bounds: ShareBounds = {}): Codec<number> {
  const schema = { type: 'string', pattern: SHARE_PATTERN, examples: ['30%'] };
  return scalar((input) => readShare(input, bounds), printShare, schema);
}

export function count({ min, max }: CountBounds): Codec<number> {
  const schema = { type: ['integer', 'string'], minimum: min, maximum: max, pattern: COUNT_PATTERN };
  return scalar((input) => readCount(input, { min, max }), Number, schema);
}

export function number(min: number, max: number): Codec<number> {
  const right = `write a number from ${min} to ${max}`;
  const read = (input: unknown): number | Rejection => {
    if (typeof input !== 'number' || Number.isNaN(input)) return reject('not a number', input, right);
    return input < min || input > max ? reject('out of range', input, right) : input;
  };
  return scalar(read, Number, { type: 'number', minimum: min, maximum: max });
}

/** A number, or a word for a special one: `unlimited` for Infinity, `auto` for 0. */
export function numberOr(special: string, specialValue: number, numbers: Codec<number>): Codec<number> {
  return scalar(
    (input) => (input === special ? specialValue : numbers.read(input)),
    (value) => (value === specialValue ? special : numbers.print(value)),
    { anyOf: [{ const: special }, numbers.schema] },
  );
}

/** A number without a limit. */
export function unlimitedOr(numbers: Codec<number>): Codec<number> {
  return numberOr('unlimited', Infinity, numbers);
}

/** Two values, the first no larger than the second, as properties of an object. */
export function range<const L extends string, const M extends string>(
  least: L,
  most: M,
  item: Codec<number>,
  example: string,
): Codec<{ readonly [k in L | M]: number }> {
  const right = `write the least and the most, such as ${example}`;
  const read = (input: unknown): { readonly [k in L | M]: number } | Rejection => {
    if (!Array.isArray(input) || input.length !== 2) return reject('not a pair', input, right);
    const [from, to] = input.map((each: unknown, index) => {
      const value = item.read(each);
      return value instanceof Rejection ? value.under(index) : value;
    });
    if (from instanceof Rejection) return from;
    if (to instanceof Rejection) return to;
    if (from === undefined || to === undefined || from > to) return reject('the wrong way round', input, right);
    return { [least]: from, [most]: to } as { readonly [k in L | M]: number };
  };
  const schema = { type: 'array', items: item.schema, minItems: 2, maxItems: 2 };
  const print = (value: { readonly [k in L | M]: number }): unknown => [
    item.print(value[least]),
    item.print(value[most]),
  ];
  return new Codec({ read, print, schema, item }, undefined);
}

export function boolean(): Codec<boolean> {
  return scalar(readBoolean, Boolean, { type: 'boolean' });
}

function readBoolean(input: unknown): boolean | Rejection {
  return typeof input === 'boolean' ? input : reject('not yes or no', input, 'write true or false');
}

/** One of a set of words. `others` describes the alternatives to a word, for messages. */
export function word<const W extends string>(choices: readonly W[], others = ''): Codec<W> {
  const read = (input: unknown): W | Rejection => {
    const found = choices.find((candidate) => candidate === input);
    if (found !== undefined) return found;
    const meant = typeof input === 'string' ? nearest(input, choices) : undefined;
    if (meant !== undefined) return reject('unknown word', input, `did you mean \`${meant}\`?`);
    const listed = [...choices.map((candidate) => `\`${candidate}\``), ...(others === '' ? [] : [others])];
    return reject('not one of the choices', input, `write ${listed.join(', ')}`);
  };
  return scalar(read, String, { enum: choices });
}

export interface TextBounds {
  readonly maxChars: number;
  /** the whole text must match it; `right` describes it in words */
  readonly pattern?: RegExp;
  readonly right: string;
}

/** Text without control characters, unless the pattern allows them. */
export function text({ maxChars, pattern = /^\P{Cc}*$/u, right }: TextBounds): Codec<string> {
  const read = (input: unknown): string | Rejection => {
    if (typeof input !== 'string') return reject('not text', input, right);
    if (input.length > maxChars) return reject(`longer than ${maxChars} characters`, input, right);
    return pattern.test(input) ? input : reject('not allowed here', input, right);
  };
  return scalar(read, String, { type: 'string', maxLength: maxChars, pattern: pattern.source });
}
