import fc from 'fast-check';
import type { AnyCodec, JsonSchema } from '../core/codec/codec.ts';
import { Rejection } from '../core/codec/reject.ts';

/** Values that a codec reads, spelled as in a file. Keys that name another file are left out, since that file replaces them. */
export function spelledFor(codec: AnyCodec): fc.Arbitrary<unknown> {
  return shapeOf(codec).filter((written) => !(codec.parts.read(written) instanceof Rejection));
}

/** The optional keys that name another file, whose content replaces them. */
const FILES: ReadonlySet<string> = new Set(['extends', 'file']);

function shapeOf({ parts: { keys, item, options, schema } }: AnyCodec): fc.Arbitrary<unknown> {
  if (options !== undefined)
    return fc.oneof(...options.filter(({ parts }) => parts.wordKey !== 'file').map(spelledFor));
  // Of mappings with many rules between their keys hardly any random one is right.
  if (keys !== undefined && isList(schema['examples'])) return fc.constantFrom(...schema['examples']);
  if (keys !== undefined) {
    const fields = Object.entries(keys).filter(([key, { parts }]) => !(FILES.has(key) && parts.optional === true));
    const required = fields.filter(([, { parts }]) => parts.optional !== true).map(([key]) => key);
    return fc.record(Object.fromEntries(fields.map(([key, field]) => [key, spelledFor(field)])), {
      requiredKeys: required,
    });
  }
  if (item === undefined) return spelledLike(schema);
  if (schema['type'] === 'object') return dictionaryLike(schema, spelledFor(item));
  return listLike(schema, spelledFor(item));
}

/** Values that fit a codec's JSON Schema. A reader may refuse some of them: a schema does not say everything. */
export function spelledLike(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { anyOf, enum: choices, const: only, type } = schema;
  if (only !== undefined) return fc.constant(only);
  if (isList(choices)) return fc.constantFrom(...choices);
  if (isSchemas(anyOf)) return fc.oneof(...anyOf.map((option) => spelledLike({ type, ...option })));
  switch (Array.isArray(type) ? type[0] : type) {
    case 'string':
      return textLike(schema);
    case 'integer':
      return fc.integer({ min: Number(schema['minimum']), max: Number(schema['maximum']) });
    case 'number':
      return fc.double({ min: Number(schema['minimum']), max: Number(schema['maximum']), noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return listLike(schema, spelledLike(part(schema, 'items')));
    default:
      return isList(schema['examples']) ? fc.constantFrom(...schema['examples']) : mappingLike(schema);
  }
}

function listLike(schema: JsonSchema, item: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const [minLength, maxLength] = [Number(schema['minItems'] ?? 0), Math.min(3, Number(schema['maxItems']))];
  return fc.array(item, { minLength, maxLength });
}

function dictionaryLike(schema: JsonSchema, item: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.dictionary(textLike(part(schema, 'propertyNames')).map(String), item, { maxKeys: 2 });
}

/** Mostly one of the examples, since bounds refuse many texts that fit a pattern. */
function textLike({ pattern, examples = [], maxLength = 20 }: JsonSchema): fc.Arbitrary<unknown> {
  const texts = fittingTexts(pattern, fc.string({ maxLength: Math.min(20, Number(maxLength)) }));
  if (!isList(examples) || examples.length === 0) return texts;
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...examples) }, { weight: 1, arbitrary: texts });
}

function fittingTexts(pattern: unknown, texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  if (typeof pattern !== 'string') return texts;
  // fast-check cannot make up texts of a Unicode category. Of texts without control characters it can, where nothing else
  // stands in their class.
  const plain = pattern.replaceAll(/(?<!\[[^\]]*)\\P\{Cc\}/g, '[ -~]');
  const regexp = new RegExp(plain, 'u');
  return /\\p/i.test(plain) ? texts.filter((each) => regexp.test(each)) : fc.stringMatching(regexp);
}

function mappingLike(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { properties, required = [] } = schema;
  if (!isSchema(properties)) return dictionaryLike(schema, spelledLike(part(schema, 'additionalProperties')));
  const values = Object.keys(properties).map((key) => [key, spelledLike(part(properties, key))] as const);
  return fc.record(Object.fromEntries(values), { requiredKeys: Array.isArray(required) ? required.map(String) : [] });
}

function part(schema: JsonSchema, key: string): JsonSchema {
  const value = schema[key];
  if (!isSchema(value)) throw new Error(`no schema of ${key}`);
  return value;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSchemas(value: unknown): value is readonly JsonSchema[] {
  return Array.isArray(value) && value.every(isSchema);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
