import fc from 'fast-check';
import type { JsonSchema } from '../core/codec/codec.ts';

/** Values that fit a codec's JSON Schema. A reader may refuse some of them: a schema does not say everything. */
export function spelledLike(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { anyOf, enum: choices, const: only, type } = schema;
  if (only !== undefined) return fc.constant(only);
  if (Array.isArray(choices)) return fc.constantFrom<unknown>(...choices);
  if (isSchemas(anyOf)) return fc.oneof(...anyOf.map((option) => spelledLike({ type, ...option })));
  switch (Array.isArray(type) ? type[0] : type) {
    case 'string':
      return textLike(schema);
    case 'integer':
      return fc.integer({ min: Number(schema['minimum']), max: Number(schema['maximum']) });
    case 'number':
      return fc.double({ min: Number(schema['minimum']), max: Number(schema['maximum']), noNaN: true });
    case 'array':
      return fc.array(spelledLike(part(schema, 'items')), {
        minLength: Number(schema['minItems'] ?? 0),
        maxLength: Math.min(3, Number(schema['maxItems'])),
      });
    default:
      return mappingLike(schema);
  }
}

/** Mostly one of the examples: of texts that fit a pattern, bounds refuse many. */
function textLike({ pattern, examples = [], maxLength = 20 }: JsonSchema): fc.Arbitrary<unknown> {
  const texts = fittingTexts(pattern, fc.string({ maxLength: Math.min(20, Number(maxLength)) }));
  if (!Array.isArray(examples) || examples.length === 0) return texts;
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom<unknown>(...examples) }, { weight: 1, arbitrary: texts });
}

function fittingTexts(pattern: unknown, texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  if (typeof pattern !== 'string') return texts;
  const regexp = new RegExp(pattern, 'u');
  // fast-check cannot make up texts of a Unicode category.
  return /\\p/i.test(pattern) ? texts.filter((each) => regexp.test(each)) : fc.stringMatching(regexp);
}

function mappingLike(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { properties, required = [] } = schema;
  if (!isSchema(properties)) {
    const name = textLike(part(schema, 'propertyNames')).map(String);
    return fc.dictionary(name, spelledLike(part(schema, 'additionalProperties')), { maxKeys: 2 });
  }
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
