import { nearest } from '../../core/text/nearest.ts';
import { readCount } from '../../core/units/count.ts';
import { readDuration } from '../../core/units/duration.ts';
import { readRate } from '../../core/units/rate.ts';
import { UsageError } from './usage-error.ts';

/** The value that yargs passes to `coerce`; an option given twice arrives as an array. */
type Given = string | readonly string[] | undefined;

/** The one value of an option. */
function once(option: string, given: Given): string | undefined {
  if (given === undefined || typeof given === 'string') return given;
  throw new UsageError(`${option} is given ${given.length} times; give it once`);
}

/** Makes a `coerce` function for a text; undefined when the option is not given. */
export function text(option: string): (given: Given) => string | undefined {
  return (given) => once(option, given);
}

/** Makes a `coerce` function for one of the words that are keys of `choices`; undefined when the option is not given. */
export function choiceOf<Word extends string>(
  option: string,
  choices: Readonly<Record<Word, unknown>>,
): (given: Given) => Word | undefined {
  const isWord = (typed: string): typed is Word => Object.hasOwn(choices, typed);
  return (given) => {
    const typed = once(option, given);
    if (typed === undefined || isWord(typed)) return typed;
    const words = Object.keys(choices);
    const meant = nearest(typed, words);
    throw new UsageError(
      `${option} ${typed}: ${meant === undefined ? `one of ${words.join(', ')} is needed` : `did you mean ${meant}?`}`,
    );
  };
}

/** Makes a `coerce` function for a whole number within inclusive bounds, also written `20k` or `2M`. */
export function wholeNumber(option: string, min: number, max: number): (given: Given) => number {
  return (given) => {
    const typed = once(option, given) ?? '';
    const value = readCount(typed, { min, max });
    if (typeof value === 'number') return value;
    throw new UsageError(`${option} ${typed}: a whole number from ${min} to ${max} is needed`);
  };
}

/** Makes a `coerce` function for a duration with a unit, in scenario syntax; the result is in ms. */
export function duration(option: string): (given: Given) => number {
  return (given) => {
    const typed = once(option, given) ?? '';
    const ms = readDuration(typed, { zero: false });
    if (typeof ms === 'number') return ms;
    throw new UsageError(`${option} ${typed}: a duration with its unit is needed, such as 30s or 5m`);
  };
}

/**
 * Makes a `coerce` function for a rate with a unit, in scenario syntax, up to `maxPerSecond`; the result is per second.
 */
export function rate(option: string, maxPerSecond: number): (given: Given) => number {
  return (given) => {
    const typed = once(option, given) ?? '';
    const perSecond = readRate(typed, { maxPerSecond });
    if (typeof perSecond === 'number') return perSecond;
    throw new UsageError(`${option} ${typed}: a rate with its unit is needed, such as 50/s, at most ${maxPerSecond}/s`);
  };
}

/**
 * Makes a `coerce` function for an instant in ISO 8601, in ms since the epoch; undefined when the option is not given.
 */
export function instant(option: string): (given: Given) => number | undefined {
  return (given) => {
    const typed = once(option, given);
    if (typed === undefined) return undefined;
    // An instant without a zone would differ between machines.
    const [, date] = /^(\d{4}-\d{2}-\d{2})T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/.exec(typed) ?? [];
    const ms = date === undefined ? Number.NaN : Date.parse(typed);
    if (date !== undefined && !Number.isNaN(ms) && isDay(date)) return ms;
    throw new UsageError(`${option} ${typed}: an instant with its zone is needed, such as 2026-11-23T18:04:05Z`);
  };
}

/** Rejects a day such as February 30, which JavaScript reads as March 2. */
function isDay(date: string): boolean {
  return new Date(Date.parse(`${date}T00:00:00Z`)).toISOString().startsWith(date);
}
