import { BACKOFF_SCHEMA } from './schema/backoff.ts';
import { scenarioCodec } from './schema/scenario-schema.ts';

/** The JSON Schema (draft 2020-12) of a scenario file, made from the validator, for editors to complete and check with. */
export function scenarioJsonSchema(): Readonly<Record<string, unknown>> {
  const { schema } = scenarioCodec;
  const extended = { properties: { extends: { description: 'of a scenario that extends another' } } };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'squall scenario',
    $defs: { backoff: BACKOFF_SCHEMA },
    if: { type: 'object', ...extended, required: ['extends'] },
    then: withoutRequired(schema),
    else: schema,
  };
}

/** The same as the text of `fixtures/scenario.schema.json`. */
export function scenarioJsonSchemaText(): string {
  return `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
}

type Json = Readonly<Record<string, unknown>>;

/** Makes keys optional for a file that extends another, except inside lists, which are replaced as a whole. */
function withoutRequired(schema: Json): Json {
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !(key === 'required' && Array.isArray(value)))
      .map(([key, value]) => [key, key === 'items' ? value : relaxed(value)]),
  );
}

function relaxed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relaxed);
  return typeof value === 'object' && value !== null ? withoutRequired({ ...value }) : value;
}
