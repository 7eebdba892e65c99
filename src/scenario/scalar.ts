import { z } from 'zod';
import { MAX_DURATION_MS, MAX_RATE_PER_SECOND } from './limits.ts';
import { nearest } from '../core/text/nearest.ts';
import { COUNT_PATTERN, readCount } from '../core/units/count.ts';
import type { CountBounds } from '../core/units/count.ts';
import { DURATION_PATTERN, SIGNED_DURATION_PATTERN, printDuration, readDuration } from '../core/units/duration.ts';
import type { DurationBounds } from '../core/units/duration.ts';
import { RATE_PATTERN, readRate } from '../core/units/rate.ts';
import { SHARE_PATTERN, readShare } from '../core/units/share.ts';
import type { ShareBounds } from '../core/units/share.ts';
import type { Codec } from '../core/codec/codec.ts';
import { Rejection, reject } from '../core/codec/reject.ts';

/** A validator of one value: what it reads from YAML, and how the JSON Schema describes it. */
export type Scalar<T> = z.ZodType<T>;

type JsonSchema = Readonly<Record<string, unknown>>;

/** The readers say what is wrong in a sentence of their own, so nothing of zod's own wording reaches a user. */
export function scalar<T>(read: (input: unknown) => T | Rejection, schema: JsonSchema): Scalar<T> {
  return z
    .unknown()
    .transform((input, context) => {
      const value = read(input);
      if (!(value instanceof Rejection)) return value;
      for (const { message, path } of value.findings)
        context.issues.push({ code: 'custom', message, path: [...path], input });
      return z.NEVER;
    })
    .meta(schema);
}

/** The same for a field that is spelled as a codec. */
export function zodOf<T>(codec: Codec<T>): Scalar<T> {
  return scalar(codec.read, codec.schema);
}

export function duration(bounds: DurationBounds = {}): Scalar<number> {
  return scalar((input) => readDuration(input, bounds), durationSchema(bounds));
}

/** A duration, or a word that stands for one which never ends. */
export function durationOr(unending: string, bounds: DurationBounds = {}): Scalar<number> {
  return scalar((input) => (input === unending ? Infinity : readDuration(input, bounds)), {
    anyOf: [{ const: unending }, durationSchema(bounds)],
  });
}

function durationSchema({ signed = false, maxMs = MAX_DURATION_MS }: DurationBounds): JsonSchema {
  const example = printDuration(Math.min(10_000, maxMs));
  return { type: 'string', pattern: signed ? SIGNED_DURATION_PATTERN : DURATION_PATTERN, examples: [example] };
}

/** Two durations, the first no longer than the second. */
export function durationRange(bounds: DurationBounds = {}): Scalar<readonly [number, number]> {
  return scalar((input) => readRange(input, (item) => readDuration(item, bounds), '[0s, 5s]'), {
    type: 'array',
    items: durationSchema(bounds),
    minItems: 2,
    maxItems: 2,
  });
}

/** Two plain numbers, the first no larger than the second. */
export function numberRange(min: number, max: number): Scalar<readonly [number, number]> {
  return scalar((input) => readRange(input, (item) => readNumber(item, min, max), '[0.8, 1.2]'), {
    type: 'array',
    items: { type: 'number', minimum: min, maximum: max },
    minItems: 2,
    maxItems: 2,
  });
}

export function readRange(
  input: unknown,
  read: (item: unknown) => number | Rejection,
  example: string,
): readonly [number, number] | Rejection {
  const right = `write the least and the most, such as ${example}`;
  if (!Array.isArray(input) || input.length !== 2) return reject('not a pair', input, right);
  const [least, most] = input.map((item: unknown, index) => {
    const value = read(item);
    return value instanceof Rejection ? value.under(index) : value;
  });
  if (least instanceof Rejection) return least;
  if (most instanceof Rejection) return most;
  if (least === undefined || most === undefined || least > most) return reject('the wrong way round', input, right);
  return [least, most];
}

export function rate(maxPerSecond = MAX_RATE_PER_SECOND): Scalar<number> {
  return scalar((input) => readRate(input, { maxPerSecond }), RATE_SCHEMA);
}

/** A rate from 0 on, or a word that stands for one without limit. */
export function rateOr(unlimited: string): Scalar<number> {
  return scalar((input) => (input === unlimited ? Infinity : readRate(input, { zero: true })), {
    anyOf: [{ const: unlimited }, RATE_SCHEMA],
  });
}

const RATE_SCHEMA: JsonSchema = { type: 'string', pattern: RATE_PATTERN, examples: ['5/s'] };

export function share(bounds: ShareBounds = {}): Scalar<number> {
  return scalar((input) => readShare(input, bounds), { type: 'string', pattern: SHARE_PATTERN, examples: ['30%'] });
}

export function count(bounds: CountBounds): Scalar<number> {
  return scalar((input) => readCount(input, bounds), countSchema(bounds));
}

/** A count, or a word that stands for one of its own (`unlimited`, `auto`). */
export function countOr(special: string, meaning: number, bounds: CountBounds): Scalar<number> {
  return scalar((input) => (input === special ? meaning : readCount(input, bounds)), {
    anyOf: [{ const: special }, countSchema(bounds)],
  });
}

function countSchema({ min, max }: CountBounds): JsonSchema {
  return { type: ['integer', 'string'], minimum: min, maximum: max, pattern: COUNT_PATTERN };
}

export function number(min: number, max: number): Scalar<number> {
  return scalar((input) => readNumber(input, min, max), { type: 'number', minimum: min, maximum: max });
}

function readNumber(input: unknown, min: number, max: number): number | Rejection {
  const right = `write a number from ${min} to ${max}`;
  if (typeof input !== 'number' || Number.isNaN(input)) return reject('not a number', input, right);
  return input < min || input > max ? reject('out of range', input, right) : input;
}

export function boolean(): Scalar<boolean> {
  return scalar(
    (input) => (typeof input === 'boolean' ? input : reject('not yes or no', input, 'write true or false')),
    {
      type: 'boolean',
    },
  );
}

/** One of some words. `others` says what may stand there beside a word. */
export function word<const W extends string>(words: readonly W[], others = ''): Scalar<W> {
  return scalar((input) => readWord(input, words, others), { enum: words });
}

function readWord<W extends string>(input: unknown, words: readonly W[], others: string): W | Rejection {
  const found = words.find((candidate) => candidate === input);
  if (found !== undefined) return found;
  const meant = typeof input === 'string' ? nearest(input, words) : undefined;
  if (meant !== undefined) return reject('unknown word', input, `did you mean \`${meant}\`?`);
  const list = [...words.map((candidate) => `\`${candidate}\``), ...(others === '' ? [] : [others])];
  return reject('not one of the choices', input, `write ${list.join(', ')}`);
}

export interface TextBounds {
  readonly maxChars: number;
  /** the whole text must match; `right` says so in words */
  readonly pattern?: RegExp;
  readonly right: string;
}

/** Text without control characters; line breaks are for those who ask for them in a pattern. */
export function text({ maxChars, pattern = /^\P{Cc}*$/u, right }: TextBounds): Scalar<string> {
  return scalar(
    (input) => {
      if (typeof input !== 'string') return reject('not text', input, right);
      if (input.length > maxChars) return reject(`longer than ${maxChars} characters`, input, right);
      return pattern.test(input) ? input : reject('not allowed here', input, right);
    },
    { type: 'string', maxLength: maxChars, pattern: pattern.source },
  );
}
