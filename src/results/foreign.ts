import type { z } from 'zod';
import { oneLine } from '../core/text/one-line.ts';
import { formatOf } from './format.ts';
import { FORMAT } from './stamp.ts';
import { toCurrentNames, withCurrentNames } from './older-formats.ts';

/** Maximum length of a string from a results folder, in UTF-16 units; a longer one is cut. */
const STRING_CHARS_MAX = 10_000;
/** Maximum number of elements of a list, and of keys of a mapping. */
const ELEMENTS_MAX = 20_000;
/** Maximum number of values of a document, without the number pairs of curves. */
const VALUES_MAX = 200_000;
/** Maximum number of pairs: several times the bins of all curves of the longest run. */
const PAIRS_MAX = 4_000_000;
/** Maximum depth of nesting. */
const DEPTH_MAX = 32;
/** Largest absolute value of a number; sums of larger ones are not exact. */
const NUMBER_MAX = Number.MAX_SAFE_INTEGER;

/** A document that squall cannot have written. */
class ImplausibleValue extends Error {}

/**
 * Reads JSON of unknown origin from a results folder; all such JSON is read here. Every string and key becomes one line
 * without control characters, numbers and sizes are bounded, and then the schema is applied.
 *
 * @param format the format of the file that holds the line
 * @returns null for a text that is damaged
 * @example foreignJson(lineSchema, line, header.format)
 */
export function foreignJson<T>(schema: z.ZodType<T>, text: string, format = FORMAT): T | null {
  return schema.safeParse(inCurrentNames(text, format)).data ?? null;
}

/**
 * Reads a JSON document of unknown origin that begins with its format.
 *
 * @param file the file's name, for the message
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

/** The cleaned value of a JSON text; undefined for a damaged text. */
function cleanValue(text: string): unknown {
  try {
    return new Cleaner().value(JSON.parse(text), 0);
  } catch {
    return undefined;
  }
}

/**
 * Makes a parser of the documents of one schema, which returns null for any other text; `file` is named in messages.
 *
 * @throws {FolderError} (the parser) for a document of a newer format
 */
export function parserOf<T>(schema: z.ZodType<T>, usualFile: string): (text: string, file?: string) => T | null {
  return (text, file = usualFile) => foreignDocument(schema, text, file);
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

/** Adds two counts whose keys became equal by cleaning. */
function mergedEntries(before: unknown, value: unknown): unknown {
  if (before === undefined) return value;
  if (typeof before !== 'number' || typeof value !== 'number') throw new ImplausibleValue();
  return before + value;
}

function bounded(value: number): number {
  if (Math.abs(value) > NUMBER_MAX) throw new ImplausibleValue();
  return value;
}

/** True for a list of whole-number pairs [bin, count]. */
function isCurve(list: readonly unknown[]): boolean {
  return list.length > 0 && list.every(isPair);
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((each) => Number.isSafeInteger(each));
}
