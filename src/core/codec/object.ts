import { nearest } from '../text/nearest.ts';
import { showValue } from '../text/show-value.ts';
import { type AnyCodec, Codec, type Flat, printWith, type ValueOf } from './codec.ts';
import { type Finding, refusal, Rejection } from './reject.ts';

export type Keys = Readonly<Record<string, AnyCodec>>;

/** The object that a mapping with these keys reads into. */
export type ObjectOf<K extends Keys> = Flat<Properties<K> & Inlined<K>>;

type PropertyOf<C extends AnyCodec, K> = C['property'] extends infer P extends string
  ? P extends '...'
    ? never
    : P
  : K;

type Properties<K extends Keys> = {
  readonly [P in keyof K as undefined extends ValueOf<K[P]> ? never : PropertyOf<K[P], P>]: ValueOf<K[P]>;
} & {
  readonly [P in keyof K as undefined extends ValueOf<K[P]> ? PropertyOf<K[P], P> : never]?: Exclude<
    ValueOf<K[P]>,
    undefined
  >;
};

/** The intersection of the values of all inlined keys. */
type Inlined<K extends Keys> = {
  [P in keyof K]: '...' extends K[P]['property'] ? (value: ValueOf<K[P]>) => void : (value: unknown) => void;
}[keyof K] extends (value: infer I) => void
  ? I
  : never;

/** Keys that a mapping once had, each with what to write now. */
export type RetiredKeys = Readonly<Record<string, string>>;

/** A mapping with a fixed set of keys. An unknown key is an error that names the nearest known key. */
export function object<const K extends Keys>(keys: K, retired: RetiredKeys = {}): Codec<ObjectOf<K>> {
  const fields: readonly (readonly [string, AnyCodec])[] = Object.entries(keys);
  const names = Object.keys(keys);
  const read = (input: unknown): ObjectOf<K> | Rejection => {
    if (!isMapping(input)) return notA('mapping', input, `with keys ${names.join(', ')}`);
    const findings: Finding[] = [];
    const meant = new Set<string>();
    for (const key of Object.keys(input)) {
      if (Object.hasOwn(keys, key)) continue;
      if (Object.hasOwn(retired, key)) {
        findings.push({ path: [key], part: 'key', message: `no longer a key — ${retired[key]}` });
        continue;
      }
      const known = nearest(key, names);
      if (known !== undefined) meant.add(known);
      const right = known === undefined ? `the keys here are ${names.join(', ')}` : `did you mean \`${known}\`?`;
      findings.push({ path: [key], part: 'key', message: `unknown key — ${right}` });
    }
    const value: Record<string, unknown> = {};
    for (const [key, codec] of fields) {
      const written = Object.hasOwn(input, key) ? input[key] : undefined;
      const part = codec.parts.read(written);
      if (part instanceof Rejection) {
        // `cuont: 5` is one mistake: an unknown key, and not a missing `count` as well.
        if (written !== undefined || !meant.has(key)) findings.push(...part.under(key).findings);
      } else if (codec.property === '...') Object.assign(value, part);
      else if (part !== undefined) value[codec.property ?? key] = part;
    }
    return findings.length > 0 ? new Rejection(findings) : (value as ObjectOf<K>);
  };
  const print = (value: Readonly<Record<string, unknown>>): unknown =>
    Object.fromEntries(
      fields
        .map(([key, codec]) => {
          const part = codec.property === '...' ? value : value[codec.property ?? key];
          return [key, printWith(codec, part)] as const;
        })
        .filter(([, printed]) => printed !== undefined),
    );
  const required = fields.filter(([, codec]) => codec.parts.optional !== true).map(([key]) => key);
  const schema = {
    type: 'object',
    properties: Object.fromEntries(fields.map(([key, codec]) => [key, codec.parts.schema])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
  return new Codec<ObjectOf<K>>({ read, print, schema, keys }, undefined);
}

/** Bounds of a list, and the message for an empty list where that is refused. */
export interface ListBounds {
  readonly max: number;
  readonly empty?: string;
}

export function list<T>(item: Codec<T>, { max, empty }: ListBounds): Codec<readonly T[]> {
  const read = (input: unknown): readonly T[] | Rejection => {
    if (!Array.isArray(input)) return notA('list', input, 'with a dash before each item');
    if (input.length > max) return refusal(`more than ${max} items — remove some`);
    if (input.length === 0 && empty !== undefined) return refusal(empty);
    return gather(input.map((each: unknown, index) => under(index, item.read(each))));
  };
  const schema = { type: 'array', items: item.schema, ...(empty === undefined ? {} : { minItems: 1 }), maxItems: max };
  return new Codec({ read, print: (items) => items.map((each) => item.print(each)), schema, item }, undefined);
}

/** A mapping from keys that the user chooses to values of one type. */
export function table<T>(key: AnyCodec, item: Codec<T>, example: string): Codec<Readonly<Record<string, T>>> {
  const read = (input: unknown): Readonly<Record<string, T>> | Rejection => {
    if (!isMapping(input)) return notA('mapping', input, `such as ${example}`);
    const entries = gather(
      Object.entries(input).map(([name, each]): readonly [string, T] | Rejection => {
        const known = key.parts.read(name);
        if (known instanceof Rejection) return known.under(name, 'key');
        const value = under(name, item.read(each));
        return value instanceof Rejection ? value : [name, value];
      }),
    );
    return entries instanceof Rejection ? entries : Object.fromEntries(entries);
  };
  const print = (value: Readonly<Record<string, T>>): unknown =>
    Object.fromEntries(Object.entries(value).map(([name, each]) => [name, item.print(each)]));
  const schema = { type: 'object', propertyNames: key.parts.schema, additionalProperties: item.schema };
  return new Codec({ read, print, schema, item }, undefined);
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** All values, or all findings of those that were refused. */
function gather<T>(values: readonly (T | Rejection)[]): readonly T[] | Rejection {
  const good: T[] = [];
  const findings: Finding[] = [];
  for (const value of values) {
    if (value instanceof Rejection) findings.push(...value.findings);
    else good.push(value);
  }
  return findings.length > 0 ? new Rejection(findings) : good;
}

function under<T>(key: string | number, value: T | Rejection): T | Rejection {
  return value instanceof Rejection ? value.under(key) : value;
}

function notA(kind: string, input: unknown, right: string): Rejection {
  if (input === undefined) return refusal(`missing — write a ${kind} ${right}`);
  if (input === null) return refusal(`empty — write a ${kind} ${right}, or remove the key`);
  return refusal(`not a ${kind} (${showValue(input)}) — write one ${right}`);
}
