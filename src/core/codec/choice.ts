import { nearest } from '../text/nearest.ts';
import { type AnyCodec, Codec, type Flat, type JsonSchema, printWith, type ValueOf } from './codec.ts';
import { isMapping, type Keys, object, type ObjectOf, type RetiredKeys } from './object.ts';
import { type Finding, refusal, reject, Rejection } from './reject.ts';
import { word } from './scalars.ts';

/**
 * One of several shapes: plain values, a list, or mappings with different keys. A value that fits none is reported by
 * the nearest shape, and a plain value by the first.
 */
export function oneOf<const C extends readonly AnyCodec[]>(...options: C): Codec<ValueOf<C[number]>> {
  return choice(options, (input) => {
    if (isMapping(input) && options.some(({ parts }) => parts.keys !== undefined)) return readNearest(options, input);
    const fitting = options.filter(({ parts: { keys, item } }) => !keys && Boolean(item) === Array.isArray(input));
    const values = (fitting.length === 0 ? options : fitting).map((option) => option.parts.read(input));
    const taken = values.findIndex((value) => !(value instanceof Rejection));
    return values[Math.max(taken, 0)];
  });
}

/** One of several mappings, each with a key that no other has; the object has that key as its `property`. */
export function taggedUnion<const S extends Keys>(property: string, sections: S): Codec<ValueOf<S[keyof S]>> {
  const kinds = Object.keys(sections);
  const options = Object.entries(sections).map(([kind, { parts, property: none }]): AnyCodec => {
    const prints = (value: unknown): boolean => isMapping(value) && value[property] === kind;
    return { parts: { ...parts, prints }, property: none };
  });
  return choice(options, (input) => {
    const right = `one of the keys ${kinds.join(', ')}`;
    if (!isMapping(input)) return reject('not a mapping', input, `write a mapping with ${right}`);
    const keys = Object.keys(input);
    const strays = keys.filter((key) => options.every((option) => !knows(option, key)));
    const meant =
      keys.find((key) => kinds.includes(key)) ??
      strays.map((key) => nearest(key, kinds)).find((kind) => kind !== undefined);
    if (meant !== undefined) return readAs(options[kinds.indexOf(meant)], options, input);
    if (strays.length === 0) return refusal(`of no kind — add ${right}`);
    return new Rejection(strays.map((key) => foreign(key, `unknown key — write ${right}`)));
  });
}

/** Words that stand for values. `others` describes the alternatives to a word, for messages. */
export function words<const V extends Readonly<Record<string, unknown>>>(values: V, others = ''): Codec<V[keyof V]> {
  const names = Object.keys(values);
  const spell = (value: unknown): string | undefined => names.find((name) => sameData(values[name], value));
  return word(names, others)
    .map<V[keyof V]>(
      (name) => values[name] as V[keyof V],
      (value) => spell(value) ?? '',
    )
    .printsWhen((value) => spell(value) !== undefined);
}

/** Words, each read into an object that has the word under one property. */
export function tags<const W extends string, const P extends string = 'kind'>(
  names: readonly W[],
  others = '',
  property = 'kind' as P,
): Codec<Kind<W, P>> {
  const values = Object.fromEntries(names.map((name) => [name, { [property]: name }]));
  return words(values as unknown as Readonly<Record<W, Kind<W, P>>>, others);
}

type Kind<W extends string, P extends string> = W extends string ? { readonly [p in P]: W } : never;

/** A mapping that is recognised by its keys, and read into an object with the tag. */
export function variant<const G extends Readonly<Record<string, string>>, const K extends Keys>(
  tag: G,
  keys: K,
  retired: RetiredKeys = {},
): Codec<Flat<G & ObjectOf<K>>> {
  return object(keys, retired).tagged(tag);
}

/** A bare word or value in place of a mapping that has it under `key`. It is never printed. */
export function shorthand<T>(key: string, bare: AnyCodec, mapping: Codec<T>): Codec<T> {
  const read = (input: unknown): T | Rejection => {
    const value = bare.parts.read(input);
    return value instanceof Rejection ? value : mapping.read({ [key]: input });
  };
  return new Codec<T>(
    { read, print: mapping.print, prints: () => false, schema: bare.parts.schema, wordKey: key },
    undefined,
  );
}

function choice<T>(options: readonly AnyCodec[], read: (input: unknown) => unknown): Codec<T> {
  const schema: JsonSchema = { anyOf: options.map((option) => option.parts.schema) };
  const print = (value: T): unknown => {
    const option = options.find(({ parts }) => parts.prints?.(value) ?? true);
    return option && printWith(option, value);
  };
  return new Codec({ read: read as (input: unknown) => T | Rejection, print, schema, options }, undefined);
}

type Mapping = Readonly<Record<string, unknown>>;

/** Reads the one of several mappings with the fewest unknown or missing keys; without any known key it reads none. */
function readNearest(options: readonly AnyCodec[], input: Mapping): unknown {
  const mappings = options.filter(({ parts }) => parts.keys !== undefined);
  const known = mappings.flatMap(({ parts: { keys = {} } }) => Object.keys(keys));
  const given = Object.keys(input);
  if (given.length > 0 && given.every((key) => !known.includes(key) && nearest(key, known) === undefined)) {
    const right = `write one of the keys ${[...new Set(known)].join(', ')}`;
    return new Rejection(given.map((key) => foreign(key, `unknown key — ${right}`)));
  }
  const [chosen] = mappings.toSorted((a, b) => strangeness(a, input) - strangeness(b, input));
  return readAs(chosen, mappings, input);
}

/** Reads one of the mappings; a key that only another one knows is reported with the keys that exclude it. */
function readAs(chosen: AnyCodec | undefined, options: readonly AnyCodec[], input: Mapping): unknown {
  const value = chosen?.parts.read(input);
  if (!(value instanceof Rejection)) return value;
  const keys = Object.keys(input);
  const findings = value.findings.map((finding): Finding => {
    const [key = ''] = finding.path;
    if (finding.path.length !== 1 || finding.part !== 'key') return finding;
    const owner = options.find((option) => option !== chosen && knows(option, String(key)));
    if (owner === undefined) return finding;
    const beside = keys.filter((rival) => !knows(owner, rival)).map((rival) => `\`${rival}\``);
    return foreign(String(key), `does not go with ${beside.join(', ')} — keep one or the other`);
  });
  return new Rejection(findings);
}

/** The number of keys that are unknown to a shape or missing; a typo of a missing key counts as neither. */
function strangeness(option: AnyCodec, input: Mapping): number {
  const wanted = Object.entries(option.parts.keys ?? {})
    .filter(([key, { parts }]) => parts.optional !== true && input[key] === undefined)
    .map(([key]) => key);
  const unknown = Object.keys(input).filter((key) => !knows(option, key));
  const typos = unknown.filter((key) => nearest(key, wanted) !== undefined);
  return unknown.length + wanted.length - 2 * typos.length;
}

function knows({ parts: { keys = {} } }: AnyCodec, key: string): boolean {
  return Object.hasOwn(keys, key);
}

function foreign(key: string, message: string): Finding {
  return { path: [key], part: 'key', message };
}

/** Compares plain data of numbers and words by value. */
function sameData(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => sameData(item, b[index]));
  if (!isMapping(a) || !isMapping(b)) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => sameData(a[key], b[key]));
}
