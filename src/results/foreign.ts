import type { z } from 'zod';
import { oneLine } from '../core/text/one-line.ts';
import { FORMAT, formatOf } from './format.ts';
import { toCurrentNames, withCurrentNames } from './older-formats.ts';

/** Longest string that is read out of a results folder, in UTF-16 units; a longer one is cut. */
const STRING_CHARS_MAX = 10_000;
/** Most elements of one list, and most keys of one mapping. */
const ELEMENTS_MAX = 20_000;
/** Most values of one document. Pairs of numbers, which curves are made of, do not count. */
const VALUES_MAX = 200_000;
/** Most pairs: several times the bins of all curves of the longest run. */
const PAIRS_MAX = 4_000_000;
/** Deepest nesting. */
const DEPTH_MAX = 32;
/** Largest number: beyond it a sum of two is no longer exact. */
const NUMBER_MAX = Number.MAX_SAFE_INTEGER;

/** A document holds what squall never writes. */
class ImplausibleValue extends Error {}

/**
 * Reads JSON that somebody else may have written, from a results folder. This is the one place where such JSON comes in:
 * every string and key becomes one line that steers no terminal, numbers and sizes are bounded, and only then does the
 * schema look at it.
 *
 * @param format of the file in which the text is a line
 * @returns null for a text that is damaged
 * @example foreignJson(lineSchema, line, header.format)
 */
export function foreignJson<T>(schema: z.ZodType<T>, text: string, format = FORMAT): T | null {
  return schema.safeParse(inCurrentNames(text, format)).data ?? null;
}

/**
 * The same for a document that begins with its format.
 *
 * @param file where it stands, for the message
 * @throws {FolderError} for a format that is newer than this version
 * @example foreignDocument(summarySchema, readFileSync('summary.json', 'utf8'), 'summary.json')
 */
export function foreignDocument<T>(schema: z.ZodType<T>, text: string, file: string): T | null {
  return foreignJson(schema, text, formatOf(cleanValue(text), file));
}

function inCurrentNames(text: string, format: number): unknown {
  if (format >= FORMAT) return cleanValue(text);
  const value = cleanValue(withCurrentNames(text));
  toCurrentNames(value);
  return value;
}

/** undefined for a text that is damaged */
function cleanValue(text: string): unknown {
  try {
    return new Cleaner().value(JSON.parse(text), 0);
  } catch {
    return undefined;
  }
}

/**
 * A copy of plain data of squall's own in which every string and key is one line that steers no terminal. Counts under
 * keys that read alike then are added up.
 *
 * @example cleaned({ reason: 'bye\n::error::no' }) // { reason: 'bye ::error::no' }
 */
export function cleaned<T>(data: T): T;
export function cleaned(data: unknown): unknown {
  if (typeof data === 'string') return oneLine(data);
  if (Array.isArray(data)) return data.map((each: unknown) => cleaned(each));
  if (typeof data !== 'object' || data === null) return data;
  const made = new Map<string, unknown>();
  for (const [key, value] of Object.entries(data)) {
    const [name, before] = [oneLine(key), made.get(oneLine(key))];
    made.set(name, typeof before === 'number' && typeof value === 'number' ? before + value : cleaned(value));
  }
  return Object.fromEntries(made);
}

class Cleaner {
  #values = 0;
  #pairs = 0;

  value(value: unknown, depth: number): unknown {
    this.#values += 1;
    if (this.#values > VALUES_MAX || depth > DEPTH_MAX) throw new ImplausibleValue();
    if (typeof value === 'string') return oneLine(value.slice(0, STRING_CHARS_MAX));
    if (typeof value === 'number') return bounded(value);
    if (Array.isArray(value)) return isCurve(value) ? this.#curve(value) : this.#list(value, depth);
    return typeof value === 'object' && value !== null ? this.#mapping(value, depth) : value;
  }

  #curve(pairs: readonly unknown[]): readonly unknown[] {
    this.#pairs += pairs.length;
    if (this.#pairs > PAIRS_MAX) throw new ImplausibleValue();
    return pairs;
  }

  #list(list: readonly unknown[], depth: number): unknown[] {
    if (list.length > ELEMENTS_MAX) throw new ImplausibleValue();
    return list.map((each) => this.value(each, depth + 1));
  }

  #mapping(mapping: object, depth: number): object {
    const entries = Object.entries(mapping);
    if (entries.length > ELEMENTS_MAX) throw new ImplausibleValue();
    const made = new Map<string, unknown>();
    for (const [key, value] of entries) {
      const name = oneLine(key.slice(0, STRING_CHARS_MAX));
      if (name === '__proto__') throw new ImplausibleValue();
      made.set(name, mergedEntries(made.get(name), this.value(value, depth + 1)));
    }
    return Object.fromEntries(made);
  }
}

/** Counts under two keys that read alike once they are cleaned are one count. */
function mergedEntries(before: unknown, value: unknown): unknown {
  if (before === undefined) return value;
  if (typeof before !== 'number' || typeof value !== 'number') throw new ImplausibleValue();
  return before + value;
}

function bounded(value: number): number {
  if (Math.abs(value) > NUMBER_MAX) throw new ImplausibleValue();
  return value;
}

/** Pairs of whole numbers: [bin, count]. */
function isCurve(list: readonly unknown[]): boolean {
  return list.length > 0 && list.every(isPair);
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((each) => Number.isSafeInteger(each));
}
